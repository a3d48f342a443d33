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


def build_certificate_file_name(issued: IssuedCertificate) -> str:
    """Build the file name of a certificate from serial and holder, in characters that every system accepts."""
    return files.build_file_name(f"{issued.serial} {issued.recipient}", "pdf")


def build_certificate_archive(certificates: Iterable[IssuedCertificate], storage: Storage) -> IO[bytes]:
    """Return a ZIP with the stored PDF of each certificate.

    Names are in UTF-8 and marked so (bit 11 of APPNOTE.TXT §4.4.4), which Windows, macOS and Linux all read.
    """
    made = tempfile.SpooledTemporaryFile(MAX_BYTES_IN_MEMORY)  # noqa: SIM115  # closed by the response
    with zipfile.ZipFile(made, "w") as packed:
        for each in certificates:
            day = each.issued_on
            entry = zipfile.ZipInfo(build_certificate_file_name(each), (day.year, day.month, day.day, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, storage.load_content(each.pdf_sha256))
    made.seek(0)
    return made


def build_print_file(certificates: Iterable[IssuedCertificate], storage: Storage) -> IO[bytes]:
    """Return one PDF with a page for each certificate, in their order."""
    made = tempfile.SpooledTemporaryFile(MAX_BYTES_IN_MEMORY)  # noqa: SIM115  # closed by the response
    with pikepdf.new() as document:
        for each in certificates:
            with pikepdf.open(io.BytesIO(storage.load_content(each.pdf_sha256))) as single:
                document.pages.extend(single.pages)
        document.save(made)  # type: ignore[arg-type]  # a temporary file is binary
    made.seek(0)
    return made
