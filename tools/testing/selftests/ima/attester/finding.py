# SPDX-License-Identifier: GPL-2.0-only
"""What is wrong with evidence, or worth telling."""

UNREADABLE = "unreadable"


class Finding:
    """One sentence, of a kind that programs can tell apart, and the record, bank or PCR that it is about."""

    def __init__(self, kind, text, **where):
        self.kind, self.text, self.where = kind, text, where

    def __str__(self):
        return self.text

    def as_json(self):
        return {"kind": self.kind, "text": self.text, **self.where}


class Rejected(Exception):
    """Evidence that is of no further use, and why."""

    def __init__(self, kind, text, **where):
        super().__init__(text)
        self.finding = Finding(kind, text, **where)


def escaped(name, keep=""):
    """Bytes that somebody else chose, as text that cannot break a line, move a cursor or end a word."""
    text = name.decode("utf-8", "surrogateescape")
    return "".join(letter if letter in keep or letter.isprintable() and letter not in " \\" else
                   "".join(f"\\x{byte:02x}" for byte in letter.encode("utf-8", "surrogateescape"))
                   for letter in text)
