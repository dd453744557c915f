# SPDX-License-Identifier: GPL-2.0-only
"""What the PCRs are after the records of a list, and what is wrong with a list that does not come to a quote."""
import hashlib
import itertools

from .record import HEADS, NUMBERS, VIOLATION

# Which record is wrong is looked for by trial: about the square of this many hashes, for pairs the cube.
SEARCH_MAX = 1000
SEARCH_PAIRS_MAX = 200


def extend(bank, value, step):
    return hashlib.new(bank, value + step).digest()


def zeros(bank):
    return bytes(hashlib.new(bank).digest_size)


class Replay:
    """The PCRs of some banks, as the records so far have left them."""

    def __init__(self, banks, start=None):
        """start: {bank: {pcr: value}} where a list begins that does not begin at the reset"""
        self.banks, self.done = list(banks), 0
        self.values = {bank: dict(start.get(bank, {})) if start else {} for bank in self.banks}
        self.wrong = None

    def copy(self):
        other = Replay(self.banks)
        other.done, other.wrong = self.done, self.wrong
        other.values = {bank: dict(values) for bank, values in self.values.items()}
        return other

    def run(self, measured):
        """Go on to the end of a list, of which we have seen the records so far."""
        data, order = measured.data, measured.order
        head, number = HEADS[order].unpack_from, NUMBERS[order].unpack_from
        sha1 = hashlib.sha1
        banks = [(bank, getattr(hashlib, bank), b"\xff" * len(zeros(bank)), zeros(bank), self.values[bank])
                 for bank in self.banks]
        for index in range(self.done, len(measured)):
            start = measured.starts[index]
            pcr, digest, length = head(data, start)
            at = start + 28 + length
            if length == 3 and data[at - 3:at] == b"ima":
                seen = measured.record(index + 1).seen
            else:
                seen = data[at + 4:at + 4 + number(data, at)[0]]
            violation = digest == VIOLATION
            if not violation and self.wrong is None and sha1(seen).digest() != digest:
                self.wrong = index + 1
            for _, hashed, ones, unused, values in banks:
                values[pcr] = hashed(values.get(pcr, unused) + (ones if violation else hashed(seen).digest())).digest()
        self.done = len(measured)

    def value(self, bank, pcr):
        return self.values[bank].get(pcr, zeros(bank))

    def used(self):
        """The PCRs that have been extended, or were not zero where the list begins."""
        return set().union(*(values.keys() for values in self.values.values()))

    def differing(self, bank, quoted, pcrs):
        """Which of these PCRs are not what was quoted."""
        return [pcr for pcr in sorted(pcrs) if self.value(bank, pcr) != quoted[pcr]]


def first_match(measured, bank, quoted, used, start=None):
    """After which record all PCRs of a list have their quoted value for the first time; 0 if after none."""
    pcrs = {pcr: (start or {}).get(pcr, zeros(bank)) for pcr in used}
    wanted = {pcr: quoted[pcr] for pcr in used}
    for record in measured.records():
        pcrs[record.pcr] = extend(bank, pcrs[record.pcr], record.extended(bank))
        if pcrs == wanted:
            return record.index
    return 0


class Trial:
    """The records of one PCR, to be replayed with something left out or moved."""

    def __init__(self, measured, bank, pcr, wanted, start=None):
        self.bank, self.wanted = bank, wanted
        self.numbers = [record.index for record in measured.records() if record.pcr == pcr]
        self.steps = [measured.record(number).extended(bank) for number in self.numbers]
        self.states = [(start or {}).get(pcr, zeros(bank))]
        for step in self.steps:
            self.states.append(extend(bank, self.states[-1], step))

    def fits(self, at, *rest):
        value = self.states[at]
        for step in itertools.chain(*rest):
            value = extend(self.bank, value, step)
        return value == self.wanted

    def without(self, first, last):
        """Whether the value comes out if the records from one number to another are left out."""
        one = sum(number < first for number in self.numbers)
        two = sum(number <= last for number in self.numbers)
        return one < two and self.fits(one, self.steps[two:])

    def at_record(self):
        """The record after which the value comes out, as it is at the quote; None if after none, 0 if before all."""
        if self.wanted not in self.states:
            return None
        at = self.states.index(self.wanted)
        return self.numbers[at - 1] if at else 0

    def one_change(self):
        """The one change that makes the records fit, in words; None if there is none or they are too many to try."""
        count = len(self.steps)
        if count > SEARCH_MAX:
            return None
        for at, number in enumerate(self.numbers):
            if self.fits(at, self.steps[at + 1:]):
                return f"record {number} was added: without it there is a match"
        for one, first in enumerate(self.numbers):
            for two in range(one + 1, count if count <= SEARCH_PAIRS_MAX else min(one + 2, count)):
                if self.fits(one, [self.steps[two]], self.steps[one + 1:two], [self.steps[one]], self.steps[two + 1:]):
                    return (f"records {first} and {self.numbers[two]} were swapped: "
                            "the other way there is a match")
        return None


def difference(ours, theirs, common):
    """Where the records of one list first differ from those of the list it should begin with, and how."""
    at = next((number for number in range(1, common + 1) if ours.raw(number) != theirs.raw(number)), None)
    if at is None:
        return None
    number = f"record {at}"

    def window(measured, first, count):
        return [measured.raw(index) for index in range(first, min(first + count, len(measured) + 1))]

    if window(ours, at, 2) == window(theirs, at, 2)[::-1]:
        return at, f"{number} and record {at + 1} of the kernel before are swapped"
    if window(ours, at, 8) == window(theirs, at + 1, 8):
        return at, f"{number} of the kernel before was removed"
    if window(ours, at + 1, 8) == window(theirs, at, 8):
        return at, f"{number} was added: the kernel before does not have it"
    return at, f"{number} is not {number} of the kernel before: it was changed"
