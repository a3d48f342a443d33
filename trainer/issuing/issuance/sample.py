"""A sample of a seminar's certificate, so that the organizer sees design and wording before the first is issued."""

from dataclasses import replace
from datetime import datetime

from certificates import Certificate, Printer, Problem, make_serial, new_code, qr_text, unsigned
from trainer.documents import pdf_images
from trainer.issuing.issuance.context import Printers
from trainer.issuing.issuance.facts import SECOND, facts_of, issuer_of, logos_of
from trainer.issuing.issuance.reserved_words import reserved_problems
from trainer.seminars.models import Seminar
from trainer.settings import Settings
from trainer.storage import Storage

RECIPIENT = "Қожахметова Әйгерім Ғабитқызы"  # invented
PICTURE_WIDTH = 900  # pixels


def sample_picture(seminar: Seminar, design: str, settings: Settings, now: datetime) -> bytes:
    """Give a picture (WebP) of the seminar's certificate in a design, for an invented person. Raises Unprintable."""
    facts = sample_facts(seminar, now)
    text = qr_text(settings.address, facts.code, unsigned(facts, settings.host_name))
    return pdf_images.webp(printer_of(seminar, design, settings).render(facts, qr=text), PICTURE_WIDTH)


def sample_problems(seminar: Seminar, settings: Settings, now: datetime) -> list[Problem]:
    """List what of the seminar's own texts can't or may not be printed in its design, whatever language the recipient chose."""
    printer = printer_of(seminar, seminar.design, settings)
    reserved = reserved_problems(sample_facts(seminar, now), printer.issuer)
    unprintable = (each for language in SECOND for each in printer.problems(sample_facts(seminar, now, language)))
    return list(dict.fromkeys([*unprintable, *reserved]))


def printer_of(seminar: Seminar, design: str, settings: Settings) -> Printer:
    """Give the printer of a seminar's certificates."""
    return Printers(Storage.of(settings)).printer(design, issuer_of(seminar, settings.host_name), logos_of(seminar))


def sample_facts(seminar: Seminar, now: datetime, language: str = "kk") -> Certificate:
    """Give the facts of a certificate for nobody."""
    today = now.astimezone(seminar.zone).date()
    serial = make_serial(seminar.project.serial_prefix, today.year, 1)
    facts = facts_of(seminar, RECIPIENT, language, today)
    return replace(facts, serial=serial, code=new_code(bytes(10)), specimen=True)
