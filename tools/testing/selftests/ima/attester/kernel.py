# SPDX-License-Identifier: GPL-2.0-only
"""What one kernel told, and the verdict on it."""
import os
import tempfile

from . import boot
from .evidence import shown
from .finding import UNREADABLE, Finding, Rejected, escaped
from .judges import ask_evmctl, ask_tssimaextend, can_evmctl, can_tssimaextend
from .quote import Quote
from .record import MeasurementList, begins_with
from .replay import Replay, Trial, difference, first_match
from .trimmed import Pieces


class Kernel:
    """previous: the kernel that this one was started from by kexec, None for the first."""

    def __init__(self, evidence, nonce, options, previous=None):
        self.evidence, self.nonce, self.options, self.previous = evidence, nonce, options, previous
        self.reasons, self.notes = [], []
        self.quote, self.quote_state = None, "none"
        self.match, self.judges, self.unjudged = {}, {}, {}
        self.boots, self.forged, self.events, self.claimants = [], [], [], {}
        self.total, self.inherited, self.measured, self.replay, self.ascii = 0, 0, None, None, None
        self.state = {}

    def examine(self):
        """Look at everything, whatever is found on the way."""
        steps = [self._read, self._read_quote, self._count, self._show, self._find_boots, self._compare,
                 self._follow_kexecs]
        if not self.options.no_quote:
            steps += [self._compare_clocks, self._match, self._ask_others]
        for step in steps:
            try:
                step()
            except Rejected as rejected:
                self.reasons.append(rejected.finding)
            except OSError as error:
                self.reject(UNREADABLE, f"{os.path.basename(error.filename or '')}: {error.strerror}; "
                            "--help says what belongs into evidence")
            if self.measured is None:
                return

    def reject(self, kind, text, **where):
        self.reasons.append(Finding(kind, text, **where))

    def note(self, kind, text, **where):
        self.notes.append(Finding(kind, text, **where))

    # What is there

    def _read(self):
        data = self.evidence.map("list")
        self.state = self.evidence.state()
        staged = self.evidence.map("staged") if self.evidence.has("staged") else b""
        self.pieces = Pieces(self, staged, data)
        self.measured = MeasurementList(self.pieces.joined(), self.previous and self.previous.measured)
        self.total = len(self.measured)
        if self.measured.damage:
            self.reject(UNREADABLE, self.measured.damage, record=self.total + 1)
        if not self.total:
            self.reject("boot", "the list is empty: not even the boot is in it")

    def _read_quote(self):
        if self.options.no_quote:
            return
        self.quote_state = "invalid"
        nonce = self.nonce
        if nonce is None:
            nonce = self.evidence.read("nonce").decode("ascii", "replace").strip()
        self.quote = Quote(self.evidence, self.options.key, nonce)
        self.quote_state = "valid"

    # What the kernel tells besides

    def _count(self):
        here = self.total - self.pieces.deleted
        told = self.evidence.number("count")
        # Linux 7.3 does not count what is staged.
        if told not in (None, here, here - self.pieces.staged):
            self.reject("contradiction", f"{here} records, but the kernel counts {told}")
        told = self.evidence.number("violations")
        if told is not None and not self.pieces.incomplete:
            violations = self.measured.violations()
            if told != violations:
                self.reject("contradiction", f"{violations} violations, but the kernel counts {told}")

    def _show(self):
        """The ASCII list. The binary list is what counts: this one is to agree with it."""
        if not self.evidence.has("ascii"):
            return
        data, end = self.evidence.map("ascii"), 0
        first = max(self.total - len(self.pieces.last) + 1, 1) if self.pieces.last is not None else 1
        number = first - 1
        before = self.previous and self.previous.ascii
        if before and first == 1 and self.measured.common == self.previous.total and begins_with(data, *before):
            number, end = self.previous.total, before[1]
        elif before and first == 1:
            self._compare_ascii(before[0], data)
        for line, end in shown(data, self.measured.records(number + 1), end):
            number += 1
            if number > self.total:
                continue
            record = self.measured.record(number)
            if line.split(None, 3)[:3] != [b"%d" % record.pcr, record.digest.hex().encode(), record.template.encode()]:
                self.reject("contradiction", f"line {number - first + 1} of the ASCII list is not record {number}",
                            record=number)
                return
        if number != self.total:
            self.reject("contradiction",
                        f"{self.total - first + 1} records, but {number - first + 1} lines in the ASCII list")
            return
        self.ascii = data, end

    def _compare_ascii(self, before, data):
        """Something is shown in another way than the kernel before did."""
        common = self.measured.records(1, min(self.total, self.previous.total))
        theirs = shown(before, self.previous.measured.records())
        for record, (our, _), (their, _) in zip(common, shown(data, self.measured.records()), theirs):
            # A kernel that does not know a template shows the bytes.
            plain = b" " + record.seen.hex().encode()
            # And some show a newline as \012.
            our, their = (line.replace(b"\n", b"\\012") for line in (our, their))
            if our != their and not our.endswith(plain) and not their.endswith(plain):
                self.reject("contradiction", f"line {record.index} of the ASCII list is not what the kernel before showed",
                            record=record.index)
                return

    # What came from the kernels before

    def _compare(self):
        if not self.previous:
            return
        common = min(self.total, self.previous.total)
        if self.measured.common == self.previous.total:
            found = None
        else:
            found = difference(self.measured, self.previous.measured, common)
        # A boot that comes too early is told as that.
        if found and self.claimants.get(found[0], boot.FORGED) == boot.FORGED:
            self.reject("inheritance", found[1], record=found[0])
        elif self.total < self.previous.total:
            self.reject("inheritance", f"inherits {self.total} of the {self.previous.total} records of the kernel before")

    # Boots

    def _find_boots(self):
        aggregates = None
        if self.quote:
            aggregates = self.quote.boot_aggregates()
            if not aggregates:
                aggregates = None
                if not self.options.boots_by_name:
                    self.reject("boot", "the quote has not all of PCR 0 to 9: which records are boots cannot be told; quote "
                                "them, or --boots-by-name")
        self.events = boot.events(self.measured)
        self.claimants = boot.claimants(self.measured, 1, aggregates)
        real = {number for number, sort in self.claimants.items() if sort in (boot.GENUINE, boot.NAMED)}
        real |= self._known_zeros()
        if self.previous:
            own = self._own_boot(sorted(real))
            behind = [number for number in sorted(real) if number > self.previous.total]
            self.boots = [number for number in self.previous.boots if number <= self.total]
            self.boots += (behind if self.options.later else [own] if own else [])
        else:
            self.boots = sorted(real)
            own = self.state.get("inherited_records")
            if own is not None and not self.pieces.incomplete and not self.pieces.deleted:
                own += 1
                if own not in real:
                    self.reject("boot", f"the kernel says that it inherited {own - 1} records, but record {own} is no boot",
                                record=own)
                self.boots = [number for number in self.boots if number <= own]
        self.inherited = self.boots[-1] - 1 if self.boots else 0
        self._tell_claimants()
        if self.total and not self.pieces.incomplete and 1 not in self.boots:
            what = ("is called boot_aggregate, but is not the hash of the quoted PCR 0 to 9" if 1 in self.claimants
                    else "is no boot: the list does not begin where the machine was reset")
            self.reject("boot", f"record 1 {what}", record=1)
        most = self.options.max_kexecs
        if most is not None and len(self.boots) - 1 > most:
            self.reject("kexecs", f"{len(self.boots) - 1} kexecs since the reset, and {most} are allowed")

    def _known_zeros(self):
        """A boot without a TPM has a digest of zeros, and counts where a kernel's records are known to begin."""
        places = {1, self.state.get("inherited_records", 0) + 1}
        if self.previous:
            places |= {*self.previous.boots, self._after_events(self.previous.total) + 1}
        return {number for number in places if self.claimants.get(number) == boot.ZEROS}

    def _after_events(self, number):
        """The last of the kexec events behind a record: evidence is collected before the execute that adds one."""
        numbers = {event.number for event in self.events}
        while number + 1 in numbers:
            number += 1
        return number

    def _own_boot(self, real):
        """Where this kernel's records begin: behind those of the kernel before, and nowhere else."""
        had = self.previous.total
        expected = self._after_events(had) + 1
        behind = [number for number in real if number > had]
        if expected in behind:
            return expected
        if behind:
            if not self.options.later:
                self.reject("inheritance", f"inherits {behind[0] - 1} records, but the kernel before had {had}",
                            record=behind[0])
            return behind[0]
        early = [number for number in real if number not in self.previous.boots]
        if early:
            self.reject("inheritance", f"inherits {early[-1] - 1} of the {had} records of the kernel before",
                        record=early[-1])
        elif self.total >= had:
            self.reject("boot", f"no boot behind the {had} records of the kernel before: record {expected} is none",
                        record=expected)
        return None

    def _tell_claimants(self):
        """Each is told once, by the first list that has it."""
        told = self.measured.common
        self.forged = [number for number in self.previous.forged if number <= told] if self.previous else []
        for number, sort in self.claimants.items():
            if number <= told:
                continue
            record = self.measured.record(number)
            called = f"record {number} is called {escaped(record.name)}"
            if sort == boot.ZEROS and number in self.boots:
                self.note("no-tpm", f"record {number} is a boot without a TPM: its boot_aggregate is zeros", record=number)
            elif number in self.boots:
                continue
            elif sort == boot.FORGED:
                self.note("forged", f"{called}, but is not the hash of the quoted PCR 0 to 9: somebody tried to forge a "
                          "boot", record=number)
            elif sort == boot.ZEROS:
                self.note("no-tpm", f"{called} and is zeros: a kernel without a TPM, or forged", record=number)
            else:
                self.note("forged", f"{called}, but is not where a kernel's records begin: somebody tried to forge a boot",
                          record=number)
            if number not in self.boots:
                self.forged.append(number)

    # Kexecs

    def _follow_kexecs(self):
        """Between two boots there is a kexec_execute if that kernel makes such records: it does if it made one at load,
        and otherwise it is an older one or its policy does not ask for them."""
        bounds = self.boots + [self.total + 1]
        had = len(self.previous.boots) if self.previous else 0
        for at, (first, end) in enumerate(zip(bounds, bounds[1:])):
            inside = [event for event in self.events if first < event.number < end]
            executes = [event.number for event in inside if event.name == boot.EXECUTE]
            loads = [event.number for event in inside if event.name == boot.LOAD]
            left = end <= self.total
            if left and loads and not executes and at + 1 >= had:
                self.reject("kexec-event", f"the kernel that booted at record {first} was left for the one at record {end} "
                            "without a kexec_execute record, though it made one at load", record=end)
            for number in executes[:-1] if left else executes:
                if number > self.measured.common:
                    self.note("refused", f"record {number} is a kexec that was refused or given up: no boot follows it",
                              record=number)
        for event in self.events:
            if not self.pieces.incomplete and event.count > event.number - 1:
                self.reject("kexec-event", f"record {event.number} ({event.name}) says that {event.count} records came before "
                            f"it: {event.count - event.number + 1} are missing", record=event.number)

    def _compare_clocks(self):
        before = self.previous.quote.clock if self.previous and self.previous.quote else None
        if before and self.quote and (trouble := self.quote.clock.trouble(before)):
            self.reject("reset", f"{trouble}, and a kexec does not do that")
        since = self.options.since
        if since and not self.previous:
            if self.quote and (trouble := self.quote.clock.trouble(since.clock)):
                self.reject("reset", f"{since.path}: {trouble}")
            if not since.begins(self.measured):
                self.reject("inheritance", f"{since.path}: the list does not begin with the {since.records} records that "
                            "were attested then")

    # The quote

    def _match(self):
        if not self.quote:
            return
        pcrs = self.quote.pcrs
        start = self.options.start.pcrs if self.options.start else {}
        if missing := [bank for bank in pcrs if start and bank not in start]:
            self.reject("trimmed", f"{self.options.start.path} has no PCRs of the banks {', '.join(missing)}")
        before = self.previous and self.previous.replay
        if before and self.measured.common == self.previous.total and before.banks == list(pcrs):
            self.replay = before.copy()
        else:
            self.replay = Replay(pcrs, start)
        self.replay.run(self.measured)
        if self.replay.wrong:
            self.reject("digest", f"record {self.replay.wrong} does not hash to its digest", record=self.replay.wrong)
        used = self.replay.used() | {10} | set(self.options.pcr)
        for bank, quoted in pcrs.items():
            if not used <= quoted.keys():
                self.reject("quote", f"{bank}: PCRs {sorted(used - quoted.keys())} of the list are not in the quote",
                            bank=bank)
                continue
            wrong = self.replay.differing(bank, quoted, used)
            if not wrong:
                self.match[bank] = self.total
                continue
            self.match[bank] = first_match(self.measured, bank, quoted, used, start.get(bank))
            if self.match[bank]:
                first = self.match[bank] + 1
                text = f"{self.total - self.match[bank]} records at the end that the TPM has not seen: from record {first}"
                if self.claimants.get(first) == boot.ZEROS:
                    text = f"records {first} to {self.total} are of a kernel without a TPM, which has seen none of them"
                self.reject("replay", f"{bank}: {text}", bank=bank, record=first)
                continue
            for pcr in wrong:
                self.reject("replay", f"{bank}: no match of PCR {pcr}: {self._explain(bank, pcr, quoted[pcr])}",
                            bank=bank, pcr=pcr)
        if used <= set(next(iter(pcrs.values()), {})) and all(match == self.total for match in self.match.values()):
            for number in self.boots:
                if boot.sort_of(self.measured.record(number), {}) == boot.ZEROS:
                    self.note("no-tpm", f"the TPM has seen record {number} all the same: the kernel could not hash its PCRs",
                              record=number)

    def _explain(self, bank, pcr, wanted):
        """Why the records of one PCR do not come to its value: the one change that makes them, if there is one."""
        start = self.options.start.pcrs.get(bank) if self.options.start else None
        trial = Trial(self.measured, bank, pcr, wanted, start)
        at = trial.at_record()
        if at is not None:
            following = next((number for number in trial.numbers if number > at), self.total)
            return f"the TPM has not seen record {following} and what follows"
        return (self.pieces.explain(bank, pcr, wanted, start) or self._explain_no_tpm(trial) or trial.one_change() or
                "records were removed or changed, or more than one was added or swapped")

    def _explain_no_tpm(self, trial):
        """A kernel without a TPM extends nothing."""
        claimants = boot.claimants(self.measured, 1, None)
        ends = sorted(claimants) + [self.total + 1]
        # Claims are good enough: what comes of them is tried.
        spans = [(number, end - 1) for number, end in zip(ends, ends[1:]) if claimants[number] == boot.ZEROS]
        if count := self.state.get("unextended_records", 0):
            # In the list that the kernel has.
            first = self.state.get("unextended_from", 0) + self.pieces.deleted
            spans.append((first, first + count - 1))
        for first, last in spans:
            if trial.without(first, last):
                return (f"records {first} to {last} are of a kernel without a TPM, which has seen none of them; "
                        "without them there is a match")
        return None

    def _ask_others(self):
        """Everybody else who can judge this list."""
        if not self.quote:
            return
        self.judges = {bank: [] for bank in self.match}
        if self.pieces.incomplete or self.options.judges == "none":
            return
        with tempfile.NamedTemporaryFile() as joined:
            path = self.evidence.file("list")
            if self.pieces.bounds:
                joined.write(self.measured.data)
                joined.flush()
                path = joined.name
            for bank, quoted in self.quote.pcrs.items():
                if bank in self.match and can_evmctl(self.measured, bank):
                    other = ask_evmctl(path, bank, quoted)
                    if other != self.match[bank]:
                        self.reject("judge", f"evmctl sees the {bank} match at record {other}, we at {self.match[bank]}",
                                    bank=bank)
                    self.judges[bank].append("evmctl")
            if self.match.get("sha1") == self.total and can_tssimaextend(self.measured, "sha1"):
                if not ask_tssimaextend(path, self.quote.pcrs["sha1"]):
                    self.reject("judge", "tssimaextend does not come to the quoted sha1 PCR 10", bank="sha1")
                self.judges["sha1"].append("tssimaextend")
        used = sorted(self.replay.used())
        self.unjudged = {bank: {pcr: self.quote.pcrs[bank][pcr] for pcr in used} for bank in self.match
                         if not self.judges[bank]}
