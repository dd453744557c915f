# SPDX-License-Identifier: GPL-2.0-only
"""What ../attest is made of, a noun to a file: begin with kernel.py."""
