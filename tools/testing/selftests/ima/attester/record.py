# SPDX-License-Identifier: GPL-2.0-only
"""Records, as binary_runtime_measurements shows them, and the list that they make up."""
import array
import bisect
import hashlib
import struct

PCRS = 24
SHA1_SIZE, MD5_SIZE = 20, 16
TEMPLATE_NAME_MAX = 255
# Template "ima" has no length in front of its data, and the TPM saw the file's name padded to this size.
IMA_NAME_SIZE = 256
FIELDS = {"ima-ng": "d-ng|n-ng", "ima-ngv2": "d-ngv2|n-ng", "ima-sig": "d-ng|n-ng|sig",
          "ima-sigv2": "d-ngv2|n-ng|sig", "ima-buf": "d-ng|n-ng|buf",
          "ima-modsig": "d-ng|n-ng|sig|d-modsig|modsig",
          "evm-sig": "d-ng|n-ng|evmsig|xattrnames|xattrlengths|xattrvalues|iuid|igid|imode"}
ORDERS = {"<": "little-endian", ">": "big-endian"}
HEADS = {order: struct.Struct(f"{order}I{SHA1_SIZE}sI") for order in ORDERS}
NUMBERS = {order: struct.Struct(f"{order}I") for order in ORDERS}
VIOLATION = bytes(SHA1_SIZE)


class Damaged(Exception):
    """The bytes from here on are no records."""


class Record:
    """One record, and where its bytes are in the list. Those of its data are what the TPM has seen the hash of."""

    def __init__(self, data, start, index, order="<"):
        head, number = HEADS[order], NUMBERS[order]
        size = len(data)
        self.index, self.start, self.order = index, start, order
        at = start + head.size
        if at > size:
            raise Damaged(f"record {index} is cut short")
        self.pcr, self.digest, length = head.unpack_from(data, start)
        if self.pcr >= PCRS:
            raise Damaged(f"record {index} names PCR {self.pcr}")
        if not 0 < length <= TEMPLATE_NAME_MAX:
            raise Damaged(f"record {index} has an empty or overlong template name")
        self.template = data[at:at + length].decode("ascii", "backslashreplace")
        at += length
        self.data_at, self.old = at, self.template == "ima"
        try:
            if self.old:
                at += SHA1_SIZE
            self.data_at = at
            at += number.size + number.unpack_from(data, at)[0]
        except struct.error:
            raise Damaged(f"record {index} is cut short") from None
        if at > size:
            raise Damaged(f"record {index} is cut short")
        self.end, self.bytes = at, data

    @property
    def seen(self):
        """What the TPM has seen the hash of."""
        content = self.bytes[self.data_at + NUMBERS[self.order].size:self.end]
        if not self.old:
            return content
        digest, name = self.bytes[self.data_at - SHA1_SIZE:self.data_at], content.ljust(IMA_NAME_SIZE, b"\0")
        # The list has an MD5 filled up with zeros, and the TPM saw it without them: the record's own digest tells.
        short = digest[:MD5_SIZE] + name
        return short if hashlib.sha1(short).digest() == self.digest else digest + name

    def is_short(self):
        """Of template "ima", by MD5"""
        return self.old and len(self.seen) == MD5_SIZE + IMA_NAME_SIZE

    @property
    def name(self):
        """The file's name, or the event's."""
        if self.old:
            return self.bytes[self.data_at + NUMBERS[self.order].size:self.end]
        return (self.field("n-ng") or self.field("n")).rstrip(b"\0")

    def field(self, wanted):
        seen, number, at = self.seen, NUMBERS[self.order], 0
        for name in FIELDS.get(self.template, self.template).split("|"):
            if at + number.size > len(seen):
                break
            size = number.unpack_from(seen, at)[0]
            if name == wanted:
                return seen[at + number.size:at + number.size + size]
            at += number.size + size
        return b""

    def file_digest(self):
        """The algorithm and the digest of what was measured; ("", b"") if the template has none."""
        if self.old:
            return "sha1", self.bytes[self.data_at - SHA1_SIZE:self.data_at]
        tagged = self.field("d-ng") or self.field("d-ngv2")
        if tagged:
            # "sha256:", or "ima:sha256:" in the second version
            algorithm, _, value = tagged.partition(b"\0")
            return algorithm.rstrip(b":").rpartition(b":")[2].decode("ascii", "backslashreplace"), value
        value = self.field("d")
        return ("sha1", value) if value else ("", b"")

    def is_violation(self):
        return self.digest == VIOLATION

    def is_genuine(self):
        return self.is_violation() or self.digest == hashlib.sha1(self.seen).digest()

    def extended(self, algorithm):
        """What the kernel gave to the TPM for this record."""
        if self.is_violation():
            return b"\xff" * hashlib.new(algorithm).digest_size
        return hashlib.new(algorithm, self.seen).digest()


def parse(data, order="<"):
    """The records one by one; those before a damaged one are still of use."""
    at, index = 0, 1
    while at < len(data):
        record = Record(data, at, index, order)
        yield record
        at, index = record.end, index + 1


def order_of(data):
    """The byte order of a list, by its first record. A list that makes no sense in either is taken for the usual one."""
    for order in ORDERS:
        try:
            Record(data, 0, 1, order)
            return order
        except Damaged:
            pass
    return "<"


def begins_with(data, other, size):
    """Whether these have the same first bytes, without a copy of them all."""
    step = 1 << 20
    return len(data) >= size and all(data[at:min(at + step, size)] == other[at:min(at + step, size)]
                                     for at in range(0, size, step))


class MeasurementList:
    """A list that stays bytes, and where its records are in them: 300,000 objects would be larger than the list."""

    def __init__(self, data, before=None):
        self.data, self.damage = data, None
        self.order = before.order if before else order_of(data)
        self.starts = array.array("Q")
        # Records that the list before has as well need not be looked at again.
        self.common = 0
        at = 0
        if before and begins_with(data, before.data, before.end()):
            self.starts.extend(before.starts)
            self.common, at = len(before), before.end()
        self._scan(at)

    def _scan(self, at):
        """This is the pass over everything, so what a record is made of is spelt out here once more, without one."""
        data, size, order = self.data, len(self.data), self.order
        head, number, note = HEADS[order].unpack_from, NUMBERS[order].unpack_from, self.starts.append
        last = at
        try:
            while at < size:
                last = at
                pcr, _, length = head(data, at)
                at += 28 + length
                if pcr >= PCRS or not 0 < length <= TEMPLATE_NAME_MAX:
                    raise Damaged
                if length == 3 and data[at - 3:at] == b"ima":
                    at += SHA1_SIZE
                at += 4 + number(data, at)[0]
                if at > size:
                    raise Damaged
                note(last)
        except (struct.error, Damaged):
            at = last
            try:
                Record(data, at, len(self.starts) + 1, order)
            except Damaged as damage:
                self.damage = str(damage)
        self._end = at

    def __len__(self):
        return len(self.starts)

    def order_name(self):
        return ORDERS[self.order]

    def end(self):
        """Where the last sound record ends."""
        return self._end

    def record(self, number):
        """By its number, from 1."""
        return Record(self.data, self.starts[number - 1], number, self.order)

    def records(self, first=1, last=None):
        for number in range(first, (len(self) if last is None else last) + 1):
            yield self.record(number)

    def raw(self, number):
        end = self.starts[number] if number < len(self) else self._end
        return self.data[self.starts[number - 1]:end]

    def find(self, text, first=1):
        """The records from a number on that have these bytes somewhere, in their order."""
        number = 0
        at = self.data.find(text, self.starts[first - 1]) if first <= len(self) else -1
        while at >= 0 and at < self._end:
            number = bisect.bisect_right(self.starts, at)
            yield self.record(number)
            at = self.data.find(text, self.starts[number]) if number < len(self) else -1

    def violations(self):
        return sum(self.data[start + 4:start + 24] == VIOLATION for start in self.starts)
