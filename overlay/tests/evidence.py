# SPDX-License-Identifier: GPL-2.0-only
"""Evidence made to order, for tests of the attester: a machine that measures what it is told to, with a key that signs
like a TPM's. What it leaves is as real to a verifier as what a TPM signed, and it can lie as no TPM would."""
import hashlib
import os
import struct
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
SELFTEST = f"{TOP}/tools/testing/selftests/ima"
sys.dont_write_bytecode = True
sys.path.insert(0, SELFTEST)
BANKS = {"sha1": 0x04, "sha256": 0x0b, "sha384": 0x0c, "sha512": 0x0d}
QUOTED = tuple(range(11))
SELECTIONS_MAX, DIGESTS_MAX, DIGEST_MAX = 16, 8, 64


def field(data, order="<"):
    return struct.pack(f"{order}I", len(data)) + data


def raw(template, seen, pcr=10, order="<", digest=None):
    """A record of a template that has a length in front of its data."""
    digest = hashlib.sha1(seen).digest() if digest is None else digest
    return struct.pack(f"{order}I", pcr) + digest + field(template.encode(), order) + field(seen, order)


def ng(name, content=b"", algorithm="sha256", digest=None, template="ima-ng", more=(), **where):
    """A record of ima-ng, or of a template that goes on behind the name."""
    digest = hashlib.new(algorithm, content).digest() if digest is None else digest
    order = where.get("order", "<")
    seen = b"".join(field(part, order) for part in
                    (algorithm.encode() + b":\0" + digest, name + b"\0", *more))
    return raw(template, seen, **where)


def old(name, digest, short=False, pcr=10, order="<"):
    """A record of template "ima", by SHA-1, or short: by MD5."""
    seen = (digest[:16] if short else digest) + name.ljust(256, b"\0")
    return (struct.pack(f"{order}I", pcr) + hashlib.sha1(seen).digest() + field(b"ima", order) +
            (digest[:16] if short else digest).ljust(20, b"\0") + field(name, order))


def violation(name, **where):
    seen = b"".join(field(part, where.get("order", "<")) for part in (b"sha1:\0" + bytes(20), name + b"\0"))
    return raw("ima-ng", seen, digest=bytes(20), **where)


def event(name, count, size=4096, **where):
    """What Linux measures of a kexec since 6.16"""
    data = b"kexec_segment_size=%d;ima_binary_runtime_size=%d;ima_runtime_measurements_count=%d;" % (size * 2, size, count)
    return ng(name.encode(), data, template="ima-buf", more=(data,), **where)


class Machine:
    """PCRs 0 to 9 are of its firmware; reset_count and the others are what its TPM says."""

    def __init__(self, banks=("sha1", "sha256")):
        self.holder = tempfile.TemporaryDirectory(prefix="evidence.")
        self.key = f"{self.holder.name}/key.pem"
        subprocess.run(["openssl", "ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", self.key], check=True,
                       stderr=subprocess.DEVNULL)
        self.public = subprocess.run(["openssl", "ec", "-pubout", "-in", self.key], check=True, stdout=subprocess.PIPE,
                                     stderr=subprocess.DEVNULL).stdout
        self.pcrs = {bank: {pcr: hashlib.new(bank, b"firmware %d" % pcr).digest() if pcr < 10
                            else bytes(hashlib.new(bank).digest_size) for pcr in range(24)} for bank in banks}
        self.clock, self.reset_count, self.restart_count = 1000, 7, 0
        self.records, self.times, self.has_tpm, self.quoted = [], 0, True, QUOTED

    def copy(self):
        """The same machine, to go another way from here."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.records, other.pcrs = list(self.records), {bank: dict(pcrs) for bank, pcrs in self.pcrs.items()}
        return other

    def aggregate(self, bank="sha256"):
        made_of = range(8) if bank == "sha1" else range(10)
        return b"".join(self.pcrs[bank][pcr] for pcr in made_of)

    def boot_record(self, name=b"boot_aggregate", **options):
        if not self.has_tpm:
            return ng(name, digest=bytes(32), **options)
        return ng(name, self.aggregate(), **options)

    def boot(self, **options):
        """The first thing that a kernel measures"""
        return self.measure(self.boot_record(**options))

    def measure(self, *records):
        from attester.record import order_of, parse
        for data in records:
            record = next(parse(data, order_of(data)))
            self.records.append(data)
            if self.has_tpm:
                for bank, pcrs in self.pcrs.items():
                    pcrs[record.pcr] = hashlib.new(bank, pcrs[record.pcr] + record.extended(bank)).digest()
        return self

    def files(self, count, tag=b"file"):
        return self.measure(*(ng(b"/measured/%s/%d" % (tag, number), b"%s %d" % (tag, number)) for number in range(count)))

    def message(self, nonce):
        """A TPMS_ATTEST about the PCRs quoted, and the values in its order"""
        selection, values = b"", []
        for bank, pcrs in self.pcrs.items():
            bits = sum(1 << pcr for pcr in self.quoted)
            selection += struct.pack(">HB", BANKS[bank], 3) + struct.pack("<I", bits)[:3]
            values += [pcrs[pcr] for pcr in sorted(self.quoted)]
        digest = hashlib.sha256(b"".join(values)).digest()
        return (struct.pack(">IHH4sH", 0xff544347, 0x8018, 4, b"name", len(nonce)) + nonce +
                struct.pack(">QIIBQI", self.clock, self.reset_count, self.restart_count, 1, 42, len(self.pcrs)) +
                selection + struct.pack(">H", len(digest)) + digest), values

    def sign(self, message):
        """A TPMT_SIGNATURE by ECDSA with SHA-256"""
        der = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], input=message, check=True,
                             stdout=subprocess.PIPE).stdout
        at, numbers = 2, b""
        for _ in range(2):
            size = der[at + 1]
            number = der[at + 2:at + 2 + size].lstrip(b"\0").rjust(32, b"\0")
            numbers += struct.pack(">H", 32) + number
            at += 2 + size
        return struct.pack(">HH", 0x18, 0x0b) + numbers

    def shown(self, values):
        """The PCRs as tpm2_quote -o writes them: a TPML_PCR_SELECTION and TPML_DIGESTs as they are in memory."""
        bits = struct.pack("<I", sum(1 << pcr for pcr in self.quoted))
        selections = b"".join(struct.pack("<HB", BANKS[bank], 3) + bits[:3] + b"\0\0" for bank in self.pcrs)
        data = struct.pack("<I", len(self.pcrs)) + selections.ljust(8 * SELECTIONS_MAX, b"\0")
        lists = [values[at:at + DIGESTS_MAX] for at in range(0, len(values), DIGESTS_MAX)]
        data += struct.pack("<I", len(lists))
        for digests in lists:
            data += struct.pack("<I", len(digests))
            data += b"".join(struct.pack("<H", len(digest)) + digest.ljust(DIGEST_MAX, b"\0")
                             for digest in digests).ljust(DIGESTS_MAX * (DIGEST_MAX + 2), b"\0")
        return data

    def tell(self, path, first=0, **more):
        """Leave evidence in a directory, of the records from one on. more: further files, or None for those to leave
        out; underscores in their names are dots."""
        self.times += 1
        self.clock += 100
        nonce = hashlib.sha256(b"%s %d" % (path.encode(), self.times)).digest()[:16]
        message, values = self.message(nonce)
        files = {"list": b"".join(self.records[first:]), "nonce": nonce.hex().encode(), "ak.pem": self.public,
                 "quote.msg": message, "quote.sig": self.sign(message), "quote.pcrs": self.shown(values),
                 "count": b"%d\n" % len(self.records[first:])}
        files.update(more)
        os.makedirs(path, exist_ok=True)
        for name, content in files.items():
            if content is not None:
                with open(f"{path}/{name}", "wb") as file:
                    file.write(content)
        return path


def ascii_list(records, escape=None):
    """As the kernel shows it, which escapes nothing."""
    from attester.record import order_of, parse
    lines = []
    for data in records:
        record = next(parse(data, order_of(data)))
        algorithm, digest = record.file_digest()
        name = record.name.replace(b"\n", b"\\012") if escape else record.name
        lines.append(b"%2d %s %s %s:%s %s\n" % (record.pcr, record.digest.hex().encode(), record.template.encode(),
                                                algorithm.encode(), digest.hex().encode(), name))
    return b"".join(lines)


def attest(*arguments):
    """The attester's status and words"""
    judge = subprocess.run([f"{SELFTEST}/attest", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                           check=False)
    return judge.returncode, judge.stdout


class Results:
    """TAP"""

    def __init__(self, name):
        self.name, self.count = name, 0

    def result(self, good, text, output=""):
        self.count += 1
        print(f"{'ok' if good else 'not ok'} {self.count} - {self.name}: {text}", flush=True)
        if not good:
            print("".join(f"# {line}\n" for line in output.splitlines()), end="", flush=True)

    def says(self, text, verdict, status, *wanted):
        """The attester ends with this status and says all of that; "!" in front: it does not say it."""
        code, output = verdict
        missing = [words for words in wanted if (words[1:] in output if words.startswith("!") else words not in output)]
        last = {0: "attested", 1: "not attested", 2: "unreadable"}[status]
        self.result(code == status and output.splitlines()[-1:] == [last] and not missing,
                    f"{text}: {wanted[0] if wanted else last}", f"status {code}, missing: {missing}\n{output}")

    def plan(self):
        print(f"1..{self.count}")
