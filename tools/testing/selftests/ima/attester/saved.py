# SPDX-License-Identifier: GPL-2.0-only
"""What a verifier remembers: the verdict of an earlier time, as attest --json printed it, or PCRs."""
import hashlib
import json

from .program import give_up
from .quote import Clock, pcr_values

FORMAT = 1


def digest(data, size):
    """SHA-256 of the first bytes of a list"""
    hashed, step = hashlib.sha256(), 1 << 20
    for at in range(0, size, step):
        hashed.update(data[at:min(at + step, size)])
    return hashed.hexdigest()


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        give_up(f"{path}: {error.strerror}")
    except UnicodeDecodeError:
        give_up(f"{path}: no text")


def last_kernel(path, text):
    """Of a verdict that was good: what is to be built on has to be known."""
    try:
        verdict = json.loads(text)
        if verdict["format"] != FORMAT:
            give_up(f"{path}: of another version of attest")
        if verdict["verdict"] != "attested":
            give_up(f"{path}: what was not attested then is nothing to begin with")
        return verdict["kernels"][-1]
    except (ValueError, LookupError, TypeError):
        give_up(f"{path}: not what attest --json prints")


class Since:
    """The list and the TPM's clock of another time."""

    def __init__(self, path):
        self.path = path
        kernel = last_kernel(path, read(path))
        try:
            clock = kernel["quote"]["clock"]
            self.clock = Clock(clock["clock"], clock["resetCount"], clock["restartCount"], clock["safe"])
            self.records, self.bytes, self.digest = (kernel["list"][name] for name in ("records", "bytes", "sha256"))
        except (LookupError, TypeError):
            give_up(f"{path}: without a quote or a list")

    def begins(self, measured):
        """Whether a list begins with the one of then."""
        return measured.end() >= self.bytes and digest(measured.data, self.bytes) == self.digest


class Start:
    """The PCRs that a list begins with, {bank: {pcr: value}}: of a verdict, or as tpm2_pcrread prints them."""

    def __init__(self, path):
        self.path, self.records = path, None
        text = read(path)
        if text.lstrip().startswith("{"):
            kernel = last_kernel(path, text)
            try:
                self.records = kernel["list"]["records"]
                self.pcrs = {bank: {int(pcr): bytes.fromhex(value) for pcr, value in pcrs.items()}
                             for bank, pcrs in kernel["replayed"].items()}
            except (LookupError, TypeError, ValueError):
                give_up(f"{path}: without PCRs")
        else:
            self.pcrs = pcr_values(text)
        for bank, pcrs in self.pcrs.items():
            if any(len(value) != hashlib.new(bank).digest_size for value in pcrs.values()):
                give_up(f"{path}: a PCR of the bank {bank} has another size")
        if not self.pcrs:
            give_up(f"{path}: no PCRs in it; tpm2_pcrread sha256:10 prints some")
