"""Files for organizers: one PDF to print, and a ZIP with a file for each certificate."""

import io
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO

from sqlalchemy.orm import Session

from trainer.documents import files
from trainer.documents.archive import MAX_BYTES_IN_MEMORY, ArchiveEntry, build_archive
from trainer.issuing import register
from trainer.issuing.models import IssuedCertificate
from trainer.seminars.models import Seminar
from trainer.storage import Storage


def build_certificate_file_name(issued: IssuedCertificate, extension: str = "pdf") -> str:
    """Build the file name of a certificate from serial and holder, in characters that every system accepts."""
    return files.build_file_name(f"{issued.serial} {issued.recipient}", extension)


def list_printable_certificates(session: Session, seminar: Seminar, now: datetime) -> list[IssuedCertificate]:
    """Return the certificates of a seminar that are in force, in order of names."""
    valid = register.map_valid_certificates(session, seminar).values()
    return register.sort_by_recipient(issued for issued in valid if not register.has_expired(issued, now))


def list_certificate_entries(
    certificates: Iterable[IssuedCertificate], storage: Storage, folder: str = ""
) -> Iterator[ArchiveEntry]:
    """Yield the stored PDF of each certificate, in a folder if one is named."""
    for issued in certificates:
        name = "/".join(filter(None, (folder, build_certificate_file_name(issued))))
        yield ArchiveEntry(name, issued.issued_on, storage.load_content(issued.pdf_sha256))


def build_certificate_archive(certificates: Iterable[IssuedCertificate], storage: Storage) -> IO[bytes]:
    """Return a ZIP with the stored PDF of each certificate."""
    return build_archive(list_certificate_entries(certificates, storage))


def build_print_file(certificates: Iterable[IssuedCertificate], storage: Storage) -> IO[bytes]:
    """Return one PDF with a page for each certificate, in their order."""
    import pikepdf  # imported late: the first page does not need it

    file = tempfile.SpooledTemporaryFile(MAX_BYTES_IN_MEMORY)  # noqa: SIM115  # closed by the response
    with pikepdf.new() as document:
        for issued in certificates:
            with pikepdf.open(io.BytesIO(storage.load_content(issued.pdf_sha256))) as single:
                document.pages.extend(single.pages)
        document.save(file)  # type: ignore[arg-type]  # a temporary file is binary
    file.seek(0)
    return file
