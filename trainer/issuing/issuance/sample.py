"""Sample of a seminar's certificate, so that the organizer sees design and wording before issuing."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from certificates import Certificate, PrintProblem, build_serial, build_unsigned_seal, create_code, qr_text
from trainer.documents import pdf_images
from trainer.issuing.issuance.context import PrinterCache
from trainer.issuing.issuance.drafts import SECOND_LANGUAGES, build_facts, build_issuer, list_logo_hashes
from trainer.issuing.reserved_words import list_reserved_problems
from trainer.seminars.models import Seminar
from trainer.settings import Settings
from trainer.storage import Storage

if TYPE_CHECKING:
    from certificates import Printer

SAMPLE_RECIPIENT = "Қожахметова Әйгерім Ғабитқызы"  # invented
SAMPLE_PICTURE_WIDTH = 900  # pixels


def render_sample_picture(seminar: Seminar, design: str, settings: Settings, now: datetime) -> bytes:
    """Return a picture (WebP) of the certificate in a design, for an invented person. Raises UnprintableCertificate."""
    facts = build_sample_facts(seminar, now)
    text = qr_text(settings.address, facts.code, build_unsigned_seal(facts, settings.host_name))
    return pdf_images.render_webp(
        build_sample_printer(seminar, design, settings).render(facts, qr=text), SAMPLE_PICTURE_WIDTH
    )


def list_sample_problems(seminar: Seminar, settings: Settings, now: datetime) -> list[PrintProblem]:
    """Return what of the seminar's texts cannot or may not be printed, in any language of the recipient."""
    printer = build_sample_printer(seminar, seminar.design, settings)
    reserved = list_reserved_problems(build_sample_facts(seminar, now), printer.issuer)
    unprintable = (
        problem
        for language in SECOND_LANGUAGES
        for problem in printer.list_print_problems(build_sample_facts(seminar, now, language))
    )
    return list(dict.fromkeys([*unprintable, *reserved]))


def build_sample_printer(seminar: Seminar, design: str, settings: Settings) -> "Printer":
    """Return the printer of a seminar's certificates."""
    return PrinterCache(Storage.from_settings(settings)).get_printer(
        design, build_issuer(seminar, settings.host_name), list_logo_hashes(seminar)
    )


def build_sample_facts(seminar: Seminar, now: datetime, language: str = "kk") -> Certificate:
    """Return the facts of the sample."""
    today = now.astimezone(seminar.zone).date()
    serial = build_serial(seminar.project.serial_prefix, today.year, 1)
    facts = build_facts(seminar, SAMPLE_RECIPIENT, language, today)
    return replace(facts, serial=serial, code=create_code(bytes(10)), specimen=True)
