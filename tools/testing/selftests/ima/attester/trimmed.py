# SPDX-License-Identifier: GPL-2.0-only
"""A list whose beginning is elsewhere: records that were exported and deleted, or that the verifier had already."""
import itertools

from .finding import UNREADABLE
from .record import MeasurementList
from .replay import extend, zeros

# In how many orders the pieces are tried, and how long the list may be for that.
ORDERS_MAX = 720
RECORDS_MAX = 100000


class Pieces:
    """What makes up the whole list: the saved pieces or a part of them, what is staged, and the list."""

    def __init__(self, kernel, staged, data):
        self.kernel, self.incomplete = kernel, False
        # How many records the kernel does not have any more, and how many of the others it does not count.
        self.deleted, self.staged = 0, 0
        self.parts = [(name, piece) for name, piece in (("the staged list", staged), ("the list", data)) if piece]
        self.last = MeasurementList(data) if staged else None
        if staged:
            self.staged = len(MeasurementList(staged))
        self._begin()
        if len(self.parts) > 1:
            self.last = self.last or MeasurementList(data)
        self.bounds = []

    def _begin(self):
        """Find what comes before."""
        kernel, options = self.kernel, self.kernel.options
        told, offset = kernel.state.get("deleted_records"), kernel.evidence.number("offset") or 0
        if options.start:
            self.incomplete = True
            if told is not None and options.start.records is not None and told != options.start.records and not offset:
                kernel.reject("trimmed", f"{told} records were deleted, but {options.start.path} is from after "
                              f"{options.start.records}")
            return
        pieces = options.before
        if not pieces and kernel.previous and (told or offset):
            pieces = [("the list of the kernel before", kernel.previous.measured.data)]
        if not pieces:
            if told or offset:
                self.incomplete = True
                what = f"{told} records were deleted from" if told else f"{offset} bytes are missing from"
                kernel.reject("trimmed", f"{what} the beginning of this list: give what was saved of them with --before, "
                              "or the PCRs as they were then with --start")
            return
        saved = [(name, piece, MeasurementList(piece)) for name, piece in pieces]
        for name, _, measured in saved:
            if measured.damage:
                kernel.reject(UNREADABLE, f"{name}: {measured.damage}")
        have = sum(len(measured) for _, _, measured in saved)
        if told and told > have:
            kernel.reject("trimmed", f"{told} records were deleted, but the pieces have {have}: there is a hole of "
                          f"{told - have}")
        size = sum(len(piece) for _, piece, _ in saved)
        if offset > size:
            kernel.reject("trimmed", f"the list begins {offset - size} bytes behind the last byte of the pieces: there is a "
                          "hole")
        self.deleted = self._gone(saved, told, offset, have)
        self.parts = self._first(saved, offset) + self.parts

    def _gone(self, saved, told, offset, have):
        """How many records the kernel does not have any more. It tells those that were deleted since it was booted: with
        those that were gone before it is all of the pieces, unless the list is seen to go on inside of them."""
        if not told:
            return 0 if offset else have
        gone = told + (self.kernel.previous.pieces.deleted if self.kernel.previous else 0)
        left, first = gone, self.parts[0][1] if self.parts else b""
        for _, _, measured in saved:
            if left < len(measured):
                following = measured.raw(left + 1)
                return gone if offset or first[:len(following)] == following else have
            left -= len(measured)
        return have

    def _first(self, saved, offset):
        """Of the pieces, the records that are gone, and so many bytes of those behind them."""
        left, wanted = self.deleted, []
        for name, piece, measured in saved:
            size = len(piece)
            if left < len(measured):
                size = min(size, measured.starts[left] + offset)
                offset -= size - measured.starts[left]
                left = 0
            else:
                left -= len(measured)
            if size:
                wanted.append((name, piece[:size]))
        return wanted

    def joined(self):
        if len(self.parts) == 1:
            return self.parts[0][1]
        data, at = b"".join(bytes(piece) for _, piece in self.parts), 1
        for name, piece in self.parts:
            count = len(MeasurementList(piece))
            self.bounds.append((name, at, at + count - 1))
            at += count
        return data

    def _value(self, ranges, bank, pcr, start):
        value = (start or {}).get(pcr, zeros(bank))
        for first, last in ranges:
            for record in self.kernel.measured.records(first, last):
                if record.pcr == pcr:
                    value = extend(bank, value, record.extended(bank))
        return value

    def _overlap(self, one, two):
        """How many records at the end of one piece are at the beginning of the next."""
        measured = self.kernel.measured
        (_, first, last), (_, begin, end) = one, two
        head = measured.raw(begin)
        for count in range(min(last - first, end - begin) + 1, 0, -1):
            if measured.raw(last - count + 1) == head and all(
                    measured.raw(last - count + 1 + at) == measured.raw(begin + at) for at in range(count)):
                return count
        return 0

    def explain(self, bank, pcr, wanted, start):
        """Why the pieces do not fit together, if another way of putting them together does."""
        # Damage is told elsewhere.
        if not self.bounds or not self.bounds[-1][2] <= self.kernel.total <= RECORDS_MAX or \
                any(last < first for _, first, last in self.bounds):
            return None
        ranges = [self.bounds[0][1:]]
        overlaps = []
        for one, two in zip(self.bounds, self.bounds[1:]):
            count = self._overlap(one, two)
            if count:
                overlaps.append(f"the last {count} records of {one[0]} are the first of {two[0]}")
            ranges.append((two[1] + count, two[2]))
        if overlaps and self._value(ranges, bank, pcr, start) == wanted:
            return f"the pieces overlap: {', '.join(overlaps)}; without them there is a match"
        *saved, last = self.bounds
        for order in itertools.islice(itertools.permutations(saved), 1, ORDERS_MAX):
            if self._value([span[1:] for span in (*order, last)], bank, pcr, start) == wanted:
                return ("the pieces are in the wrong order: there is a match in the order " +
                        ", ".join(name for name, *_ in order))
        return "there is a hole between the pieces, or records in them were removed or changed"
