# SPDX-License-Identifier: GPL-2.0-only
"""Which records of a list are boots, which only look like one, and what the list says of the kexecs between them.

Any user can have a record called boot_aggregate: a path that is too long is shown by its last part. And a file with
the bytes of PCR 0 to 9 in it has the very digest. So a boot is known by its digest, and by its place wherever that
is known: behind what the kernel before had.
"""
import re

NAMES = (b"boot_aggregate", b"boot_aggregate_late")
# What Linux measures since 6.16 as critical data, when the policy says so: when the next kernel is loaded, and when
# it is to be executed.
LOAD, EXECUTE = "kexec_load", "kexec_execute"
EVENT = re.compile(rb"kexec_segment_size=(\d{1,20});ima_binary_runtime_size=(\d{1,20});"
                   rb"ima_runtime_measurements_count=(-?\d{1,20});")

GENUINE, ZEROS, NAMED, FORGED = "genuine", "zeros", "named", "forged"


def sort_of(record, aggregates):
    """What a record that is called boot_aggregate is. aggregates: Quote.boot_aggregates(), None without a quote."""
    algorithm, digest = record.file_digest()
    if not digest:
        # A custom template without a digest
        return NAMED
    if not any(digest):
        return ZEROS
    if aggregates is None:
        return NAMED
    return GENUINE if digest in aggregates.get(algorithm, ()) else FORGED


def claimants(measured, first, aggregates):
    """All records that are called boot_aggregate, from one on, with what they are: {number: sort}."""
    return {record.index: sort_of(record, aggregates) for record in measured.find(NAMES[0], first)
            if record.name in NAMES and not record.is_violation()}


class Event:
    """A kexec_load or kexec_execute record. A user cannot make one: the buffer of the record is the kernel's."""

    def __init__(self, record, match):
        self.number, self.name = record.index, record.name.decode()
        self.segment, self.size, self.count = map(int, match.groups())


def events(measured, first=1):
    found = []
    for record in measured.find(b"ima_runtime_measurements_count=", first):
        match = EVENT.fullmatch(record.field("buf")) if record.template == "ima-buf" else None
        if match and record.name in (LOAD.encode(), EXECUTE.encode()):
            found.append(Event(record, match))
    return found
