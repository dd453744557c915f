# SPDX-License-Identifier: GPL-2.0-only
"""Others who judge: evmctl, tssimaextend, and a TPM of software for a bank that neither of them knows."""
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import tty

from .program import give_up, last_line, run
from .quote import BANKS, pcr_values
from .record import PCRS

# What they can read, as found by trying: evmctl 1.4 and the tssimaextend of IBM's TSS 1.6, which knows the SHA-1 bank
# alone and has a buffer of a fixed size for a record's data.
EVMCTL_BANKS = ("sha1", "sha256")
TSSIMAEXTEND_DATA_MAX = 4494
# They are asked about lists up to this many records: evmctl takes its time for each, the TPM is asked once for each.
EVMCTL_RECORDS_MAX = 50000
TSSIMAEXTEND_RECORDS_MAX = 20000
TPM_RECORDS_MAX = 300


def can_evmctl(measured, bank):
    # It stops at a list that has template "ima" along with others, takes every digest in such a one for SHA-1, and knows
    # no byte order but the machine's.
    return (bank in EVMCTL_BANKS and measured.order == "<" and 0 < len(measured) <= EVMCTL_RECORDS_MAX and
            len({(record.old, record.is_short()) for record in measured.records()}) == 1 and
            not measured.record(1).is_short())


def ask_evmctl(path, bank, quoted):
    """The record at which evmctl sees the match; 0 if at none."""
    with tempfile.NamedTemporaryFile("w", suffix=f".{bank}") as file:
        size = hashlib.new(bank).digest_size
        for pcr in range(PCRS):
            file.write(f"PCR-{pcr:02}: {quoted.get(pcr, bytes(size)).hex()}\n")
        file.flush()
        # --ignore-violations: take the value that the kernel extends for a violation, not the list's zeros.
        judge = run("evmctl", "-v", "ima_measurement", "--ignore-violations", "--pcrs", f"{bank},{file.name}", path)
    entries = re.findall(rf"{bank} PCR-\d+: succeed at entry (\d+)", judge.stdout)
    if judge.returncode or "Matched per TPM bank calculated digest(s)." not in judge.stdout:
        return 0
    # One for each PCR.
    return max(map(int, entries), default=0)


class SoftwareTpm:
    """An empty TPM whose PCRs others extend."""

    def __enter__(self):
        self.state = tempfile.TemporaryDirectory()
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.device = os.ttyname(self.slave)
        self.process = subprocess.Popen(["swtpm", "chardev", "--tpm2", "--tpmstate", f"dir={self.state.name}", "--fd",
                                         str(self.master), "--flags", "not-need-init,startup-clear"],
                                        pass_fds=[self.master], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)
        self.state.cleanup()


def can_tssimaextend(measured, bank):
    # Distributions leave IBM's TSS out, Debian since 13.
    return (bank == "sha1" and measured.order == "<" and 0 < len(measured) <= TSSIMAEXTEND_RECORDS_MAX and
            shutil.which("tssimaextend") and
            all(record.pcr == 10 and record.template != "ima" and len(record.seen) <= TSSIMAEXTEND_DATA_MAX
                for record in measured.records()))


def ask_tssimaextend(path, quoted):
    """Whether the list, extended by tssimaextend into an empty TPM, gives the quoted PCR 10 of the SHA-1 bank."""
    with SoftwareTpm() as tpm:
        environment = dict(os.environ, TPM_INTERFACE_TYPE="dev", TPM_DEVICE=tpm.device)
        judge = run("tssimaextend", "-le", "-if", path, env=environment)
        if judge.returncode:
            return False
        pcr = run("tsspcrread", "-ha", "10", "-halg", "sha1", "-ns", env=environment).stdout.strip()
        return pcr.lower() == quoted[10].hex()


def judge_by_tpm(kernels):
    """For the banks that nobody else has judged: a TPM hashes and extends the data of each record itself.

    Each list is how the last one begins, so one pass comes by the end of them all. Yields what does not come out.
    """
    measured = kernels[-1].measured
    if len(measured) > TPM_RECORDS_MAX or not any(kernel.unjudged for kernel in kernels):
        return
    with SoftwareTpm() as tpm, tempfile.NamedTemporaryFile() as file:
        environment = dict(os.environ, TPM2TOOLS_TCTI=f"device:{tpm.device}")

        def ask(*command):
            judge = run(*command, env=environment)
            if judge.returncode:
                give_up("no TPM of software: " + last_line(judge.stdout))
            return judge.stdout

        for record in measured.records():
            if record.is_violation():
                values = ",".join(f"{bank}={record.extended(bank).hex()}" for bank in BANKS.values())
                ask("tpm2_pcrextend", f"{record.pcr}:{values}")
            else:
                file.seek(0)
                file.truncate()
                file.write(record.seen)
                file.flush()
                ask("tpm2_pcrevent", str(record.pcr), file.name)
            for kernel in kernels:
                if kernel.total != record.index:
                    continue
                for bank, quoted in kernel.unjudged.items():
                    shown = pcr_values(ask("tpm2_pcrread", f"{bank}:" + ",".join(map(str, quoted)))).get(bank)
                    if shown != quoted:
                        yield kernel, bank
                    kernel.judges[bank].append("tpm2_pcrevent")
