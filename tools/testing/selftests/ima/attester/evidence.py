# SPDX-License-Identifier: GPL-2.0-only
"""What one kernel told, in a directory or in a tar file, as files of these names."""
import mmap
import os
import re
import tarfile
import tempfile

from .finding import UNREADABLE, Rejected

# The lists can be as large as they are, the others cannot be large.
LISTS = ("list", "staged", "ascii")
SMALL = ("count", "violations", "offset", "kexec_state", "nonce", "ak.pem", "quote.msg", "quote.sig", "quote.pcrs")
SMALL_MAX = 64 * 1024
NUMBER_MAX = 15


def unreadable(text):
    return Rejected(UNREADABLE, text)


def map_file(path):
    """The bytes of a file, which the kernel may forget and read again."""
    with open(path, "rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


class Evidence:
    """Of one kernel."""

    def __init__(self, path):
        self.path, self.brought, self._holder = path, False, None
        self.name = "-" if path == "-" else os.path.basename(os.path.normpath(path))
        self._dir = path
        if path == "-" or not os.path.isdir(path):
            # Whoever packed this has also packed the nonce and the key.
            self.brought = True
            self._holder = tempfile.TemporaryDirectory(prefix="attest.")
            self._dir = self._holder.name
            self._unpack()

    def _unpack(self):
        """Only files that we know, by hand: what is in the archive was chosen by whom we are to judge."""
        try:
            with open(0 if self.path == "-" else self.path, "rb", closefd=self.path != "-") as file, \
                    tarfile.open(fileobj=file, mode="r|") as archive:
                for member in archive:
                    self._take(archive, member)
        except (tarfile.TarError, ValueError, EOFError, OverflowError) as error:
            raise unreadable(f"no tar file that can be read: {error}") from None

    def _take(self, archive, member):
        name = member.name[2:] if member.name.startswith("./") else member.name
        if name not in LISTS + SMALL or not member.isreg() or member.issparse():
            return
        if name in SMALL and member.size > SMALL_MAX:
            raise unreadable(f"{name} has more than {SMALL_MAX} bytes")
        source, left = archive.extractfile(member), member.size
        with open(f"{self._dir}/{name}", "wb") as file:
            while left:
                part = source.read(min(left, 1 << 20))
                if not part:
                    raise unreadable(f"the tar file ends inside {name}")
                file.write(part)
                left -= len(part)

    def file(self, name):
        return f"{self._dir}/{name}"

    def has(self, name):
        return os.path.exists(self.file(name))

    def read(self, name):
        with open(self.file(name), "rb") as file:
            content = file.read(SMALL_MAX + 1)
        if len(content) > SMALL_MAX:
            raise unreadable(f"{name} has more than {SMALL_MAX} bytes")
        return content

    def map(self, name):
        return map_file(self.file(name))

    def number(self, name):
        """A number that the kernel gave, if there is one."""
        if not self.has(name):
            return None
        text = self.read(name).strip()
        if not text.isdigit() or len(text) > NUMBER_MAX:
            raise unreadable(f"{name} is no number")
        return int(text)

    def state(self):
        """The numbers of kexec_state: none on kernels that do not have it."""
        if not self.has("kexec_state"):
            return {}
        found = re.findall(rb"^(\w+): (-?\d{1,15})$", self.read("kexec_state"), re.M)
        return {name.decode("ascii", "replace"): int(value) for name, value in found}


def shown(data, records, at=0):
    """The ASCII list from a byte on, entry by entry, each with where it ends: a name with newlines is shown over more than
    one line."""
    if data:
        for record in records:
            end = data.find(b"\n", at)
            if end >= 0 and b"\n" in record.name:
                name = data.find(record.name, at)
                # Unless it is escaped, as a later kernel may do.
                if 0 <= name <= end:
                    end = data.find(b"\n", name + len(record.name))
            if end < 0:
                break
            yield data[at:end], end + 1
            at = end + 1
    # What is left belongs to no record.
    for line in data[at:].splitlines():
        yield line, len(data)
