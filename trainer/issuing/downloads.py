"""Files for organizers: one PDF to print, and a ZIP with a file for each certificate."""

import io
import tempfile
import zipfile
from collections.abc import Iterable
from typing import IO

import pikepdf

from trainer.documents import files
from trainer.issuing.models import IssuedCertificate
from trainer.storage import Storage

MAX_BYTES_IN_MEMORY = 8 * 1024 * 1024  # larger documents are built on disk


def build_certificate_file_name(issued: IssuedCertificate, extension: str = "pdf") -> str:
    """Build the file name of a certificate from serial and holder, in characters that every system accepts."""
    return files.build_file_name(f"{issued.serial} {issued.recipient}", extension)


def build_certificate_archive(certificates: Iterable[IssuedCertificate], storage: Storage) -> IO[bytes]:
    """Return a ZIP with the stored PDF of each certificate.

    Names are in UTF-8 and marked so (bit 11 of APPNOTE.TXT §4.4.4), which Windows, macOS and Linux all read.
    """
    file = tempfile.SpooledTemporaryFile(MAX_BYTES_IN_MEMORY)  # noqa: SIM115  # closed by the response
    with zipfile.ZipFile(file, "w") as archive:
        for issued in certificates:
            day = issued.issued_on
            entry = zipfile.ZipInfo(build_certificate_file_name(issued), (day.year, day.month, day.day, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, storage.load_content(issued.pdf_sha256))
    file.seek(0)
    return file


def build_print_file(certificates: Iterable[IssuedCertificate], storage: Storage) -> IO[bytes]:
    """Return one PDF with a page for each certificate, in their order."""
    file = tempfile.SpooledTemporaryFile(MAX_BYTES_IN_MEMORY)  # noqa: SIM115  # closed by the response
    with pikepdf.new() as document:
        for issued in certificates:
            with pikepdf.open(io.BytesIO(storage.load_content(issued.pdf_sha256))) as single:
                document.pages.extend(single.pages)
        document.save(file)  # type: ignore[arg-type]  # a temporary file is binary
    file.seek(0)
    return file
