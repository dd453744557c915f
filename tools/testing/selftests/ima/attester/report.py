# SPDX-License-Identifier: GPL-2.0-only
"""How a verdict is told: a table and sentences for people, JSON for programs."""
import collections
import json

from .finding import UNREADABLE, escaped
from .saved import FORMAT, digest

ATTESTED, NOT_ATTESTED, NOT_READABLE = "attested", "not attested", "unreadable"
STATUS = {ATTESTED: 0, NOT_ATTESTED: 1, NOT_READABLE: 2}


def verdict(kernels):
    """A list that cannot be read does not match either, so unreadable is said of anything that is it in part."""
    kinds = {reason.kind for kernel in kernels for reason in kernel.reasons}
    if UNREADABLE in kinds:
        return NOT_READABLE
    return NOT_ATTESTED if kinds else ATTESTED


def show_table(kernels):
    banks = list(dict.fromkeys(bank for kernel in kernels for bank in kernel.match))
    rows = [["kernel", "inherited", "records", "boot_aggregates", "quote"] + [f"{bank} match" for bank in banks]]
    for kernel in kernels:
        total = kernel.total
        rows.append([kernel.evidence.name, str(kernel.inherited), str(total), str(len(kernel.boots)),
                     kernel.quote_state] +
                    [f"{kernel.match[bank] or 'none'} of {total}" if bank in kernel.match else "-" for bank in banks])
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def show_judges(kernels):
    """Who came to the same result."""
    for kernel in kernels:
        for bank, judges in kernel.judges.items():
            print(f"{kernel.evidence.name}: {bank} judged by: {', '.join(judges + ['attest'])}")


def show_boots(kernel):
    """The boots in the last list, each with what follows it."""
    starts = kernel.boots if 1 in kernel.boots or not kernel.total else [1, *kernel.boots]
    for number, (first, end) in enumerate(zip(starts, [*starts[1:], kernel.total + 1])):
        records = list(kernel.measured.records(first, end - 1))
        print(f"boot {number}: {len(records)} records, {first} to {end - 1}, "
              f"{sum(record.is_violation() for record in records)} violations")
        algorithm, value = records[0].file_digest()
        print(f"  {escaped(records[0].name)} {escaped(algorithm.encode())}:{value.hex()}")
        templates = collections.Counter(record.template for record in records)
        print("  templates: " + ", ".join(f"{escaped(name.encode(), '|')} {count}" for name, count in templates.items()))
        for record in records:
            if record.name == b"kernel_version":
                print(f"  kernel {escaped(record.field('buf'), ' ')}")
            if record.name == b"kexec-cmdline":
                print(f"  loads a kernel with: {escaped(record.field('buf'), ' ')}")


def show_list(kernel):
    """The binary list, a line to a record: what others chose cannot look like another line."""
    for record in kernel.measured.records():
        algorithm, value = record.file_digest()
        print(f"{record.index} {record.pcr} {record.digest.hex()} {escaped(record.template.encode())} "
              f"{escaped(algorithm.encode())}:{value.hex()} {escaped(record.name)}")


def show(kernels, verbose):
    show_table(kernels)
    if verbose:
        show_judges(kernels)
        if kernels[-1].measured is not None:
            show_boots(kernels[-1])
    for kernel in kernels:
        for note in kernel.notes:
            print(f"{kernel.evidence.path}: note: {note}")
        for reason in kernel.reasons:
            print(f"{kernel.evidence.path}: {reason}")
    print(verdict(kernels))


def hexadecimal(banks):
    return {bank: {str(pcr): value.hex() for pcr, value in sorted(pcrs.items())} for bank, pcrs in banks.items()}


def kernel_as_json(kernel):
    told = {"name": kernel.evidence.name, "records": kernel.total, "inherited": kernel.inherited,
            "boots": kernel.boots, "forged": kernel.forged,
            "events": [{"record": event.number, "name": event.name, "segmentSize": event.segment,
                        "listBytes": event.size, "listRecords": event.count} for event in kernel.events],
            "match": kernel.match, "judges": {bank: judges + ["attest"] for bank, judges in kernel.judges.items()},
            "reasons": [reason.as_json() for reason in kernel.reasons],
            "notes": [note.as_json() for note in kernel.notes],
            "quote": {"state": kernel.quote_state}}
    if kernel.quote:
        told["quote"].update(clock=kernel.quote.clock.as_json(), firmware=kernel.quote.firmware,
                             pcrs=hexadecimal(kernel.quote.pcrs))
    if kernel.measured is not None:
        told["list"] = {"records": kernel.total, "bytes": kernel.measured.end(), "order": kernel.measured.order_name(),
                        "sha256": digest(kernel.measured.data, kernel.measured.end())}
    if kernel.replay:
        told["replayed"] = hexadecimal(kernel.replay.values)
    return told


def show_json(kernels):
    print(json.dumps({"format": FORMAT, "verdict": verdict(kernels),
                      "kernels": [kernel_as_json(kernel) for kernel in kernels]}, indent=1))
