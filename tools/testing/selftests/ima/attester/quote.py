# SPDX-License-Identifier: GPL-2.0-only
"""A quote: what the TPM has signed, and what it says once tpm2_checkquote has seen that it is signed."""
import hashlib
import re
import struct

from .finding import Rejected
from .program import last_line, run

# TPM_GENERATED_VALUE and TPM_ST_ATTEST_QUOTE, and the numbers of the banks.
TPM_QUOTE = (0xff544347, 0x8018)
BANKS = {0x04: "sha1", 0x0b: "sha256", 0x0c: "sha384", 0x0d: "sha512"}
# What the kernel hashes into a boot_aggregate: PCR 0 to 9, and 0 to 7 for SHA-1 or before Linux 5.8.
BOOT_PCRS = (range(10), range(8))


def invalid(text):
    return Rejected("quote", f"the quote does not hold: {text}")


class Clock:
    """The TPM's clockInfo. Keys that are not the platform's see the counts with the same number added to each."""

    def __init__(self, clock, reset_count, restart_count, safe):
        self.clock, self.reset_count, self.restart_count, self.safe = clock, reset_count, restart_count, safe

    def trouble(self, before):
        """Why this is not later in the same epoch than another one was."""
        if self.reset_count != before.reset_count:
            return "the machine was reset since then: the TPM counts other resets"
        # The number that was added may have made it wrap.
        if (self.restart_count - before.restart_count) % (1 << 32) >= 1 << 31:
            return "the TPM's count of restarts went back"
        if self.clock < before.clock:
            return "the TPM's clock went back"
        return None

    def as_json(self):
        return {"clock": self.clock, "resetCount": self.reset_count, "restartCount": self.restart_count,
                "safe": self.safe}


class Message:
    """A TPMS_ATTEST that is about PCRs.

    tpm2_checkquote before 5.7 takes any signed message for a quote and the PCR numbers from the unsigned file.
    """

    def __init__(self, message):
        self.at, self.message, self.selection = 0, message, []
        try:
            self.kind = self._take(">IH")
            self._take_sized()
            self.nonce = self._take_sized()
            self.clock = Clock(*self._take(">QIIB"))
            self.firmware = self._take(">Q")
            for _ in range(self._take(">I")):
                bank, bits = BANKS.get(self._take(">H")), self._take(f"{self._take('>B')}s")
                self.selection += [(bank, pcr) for pcr in range(8 * len(bits)) if bits[pcr // 8] >> pcr % 8 & 1]
            self.digest = self._take_sized()
        except struct.error:
            raise invalid("its message is cut short") from None
        if self.kind != TPM_QUOTE:
            raise invalid("what the TPM signed is no quote")

    def _take(self, layout):
        values = struct.unpack_from(layout, self.message, self.at)
        self.at += struct.calcsize(layout)
        return values if len(values) > 1 else values[0]

    def _take_sized(self):
        return self._take(f"{self._take('>H')}s")


def pcr_values(text):
    """What tpm2-tools print of PCRs: {bank: {pcr: value}}."""
    pcrs, bank = {}, None
    for line in text.splitlines():
        if match := re.fullmatch(r"\s*(sha\d+):\s*", line):
            bank = pcrs.setdefault(match[1], {})
        elif (match := re.fullmatch(r"\s*(\d+)\s*: 0x((?:[0-9A-Fa-f]{2})+)\s*", line)) and bank is not None:
            bank[int(match[1])] = bytes.fromhex(match[2])
    return pcrs


class Quote:
    """A quote that holds: the PCRs that the TPM signed for us, {bank: {pcr: value}}, and when."""

    def __init__(self, evidence, ak, nonce):
        if not re.fullmatch(r"(?:[0-9A-Fa-f]{2})+", nonce):
            raise invalid("the nonce is no hexadecimal number of whole bytes")
        message, signature, _ = (evidence.read(name) for name in ("quote.msg", "quote.sig", "quote.pcrs"))
        # Whether it is signed is seen below: what it says tells better what is wrong than tpm2_checkquote does.
        message = Message(message)
        if message.nonce.hex() != nonce.lower():
            raise invalid("it answers another nonce")
        algorithm = BANKS.get(int.from_bytes(signature[2:4], "big"), "sha256")
        judge = run("tpm2_checkquote", "-u", ak, "-m", evidence.file("quote.msg"), "-s", evidence.file("quote.sig"),
                    "-f", evidence.file("quote.pcrs"), "-g", algorithm, "-q", nonce)
        if judge.returncode:
            raise invalid(last_line(judge.stdout))
        self.pcrs = pcr_values(judge.stdout)
        shown = {(bank, pcr) for bank in self.pcrs for pcr in self.pcrs[bank]}
        if not message.selection or set(message.selection) != shown:
            raise invalid("it is about other PCRs than are shown")
        values = b"".join(self.pcrs[bank][pcr] for bank, pcr in message.selection)
        if message.digest != hashlib.new(algorithm, values).digest():
            raise invalid("the PCRs shown have other values")
        for bank, pcrs in self.pcrs.items():
            if any(len(value) != hashlib.new(bank).digest_size for value in pcrs.values()):
                raise invalid(f"a PCR of the bank {bank} has another size")
        self.clock, self.firmware = message.clock, message.firmware

    def boot_aggregates(self):
        """What a genuine boot_aggregate can be, {algorithm: digests}; {} if the PCRs it is made of were not quoted."""
        return {bank: {hashlib.new(bank, b"".join(pcrs[pcr] for pcr in made_of)).digest() for made_of in BOOT_PCRS}
                for bank, pcrs in self.pcrs.items() if pcrs.keys() >= set(BOOT_PCRS[0])}
