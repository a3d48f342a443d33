"""ZIP archives of documents."""

import tempfile
import zipfile
from collections.abc import Iterable
from datetime import date
from typing import IO, NamedTuple

MAX_BYTES_IN_MEMORY = 8 * 1024 * 1024  # larger archives are built on disk


class ArchiveEntry(NamedTuple):
    """A document in an archive: its file name, the day that it is dated by, and its content."""

    name: str
    day: date
    content: bytes


def build_archive(entries: Iterable[ArchiveEntry]) -> IO[bytes]:
    """Return a ZIP of documents as an open file; the same documents give the same bytes.

    Names are in UTF-8 and marked so (bit 11 of APPNOTE.TXT §4.4.4), which Windows, macOS and Linux all read.
    """
    file = tempfile.SpooledTemporaryFile(MAX_BYTES_IN_MEMORY)  # noqa: SIM115  # closed by the response
    with zipfile.ZipFile(file, "w") as archive:
        for entry in entries:
            info = zipfile.ZipInfo(entry.name, (entry.day.year, entry.day.month, entry.day.day, 0, 0, 0))
            info.external_attr = 0o644 << 16
            archive.writestr(info, entry.content)
    file.seek(0)
    return file
