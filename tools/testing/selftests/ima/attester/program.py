# SPDX-License-Identifier: GPL-2.0-only
"""Programs that are asked."""
import subprocess
import sys


def give_up(text):
    """There is no verdict."""
    print(f"attest: {text}", file=sys.stderr)
    sys.exit(2)


def run(*command, **options):
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                              stdin=subprocess.DEVNULL, check=False, **options)
    except FileNotFoundError:
        give_up(f"{command[0]} is missing; install tpm2-tools and ima-evm-utils")


def last_line(output):
    return output.strip().split("\n")[-1]
