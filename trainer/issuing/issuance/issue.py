"""Issuing: who is next, numbers that are never given twice, the seal, the frozen file, the entry in the register."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from certificates import Problem, make_serial, new_code, qr_text, seal
from trainer.issuing.eligibility import Standing, standings
from trainer.issuing.issuance.context import Press, Printers
from trainer.issuing.issuance.facts import Draft, draft_of, kept, numbered
from trainer.issuing.issuance.reserved_words import reserved_problems
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.register import holders
from trainer.projects.models import Project
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.storage import Storage

PORTION = 200
"""Certificates that one request or one transaction makes, so that a batch shows its progress and loses little when it is cut."""


class AddressNotPublic(Exception):
    """The address would be printed for ever, and it is not an https address."""


class CannotPrint(Exception):
    """Some names or titles can't be printed; `problems` lists whose and why. Nothing was issued."""

    def __init__(self, found: list[tuple[str, Problem]]) -> None:
        super().__init__(found)
        self.problems = found


@dataclass(frozen=True)
class Portion:
    """What one step of a batch did, and how many wait for the next steps."""

    issued: list[IssuedCertificate]
    waiting: int


def issue_certificates(
    session: Session, seminar: Seminar, press: Press, now: datetime, most: int | None = None
) -> Portion:
    """Issue a certificate to everybody who qualifies and never had one, at most so many in this step.

    A batch that was cut goes on where it stopped: whoever has a certificate is not asked again. Nothing is issued while a
    single certificate of the whole batch can't be printed. Raises AddressNotPublic and CannotPrint.
    """
    refuse_private(press, seminar.project.is_example)
    lock_numbers(session)
    today = now.astimezone(seminar.zone).date()
    drafts = [draft_for(each, press, today) for each in next_in_line(session, seminar, now)]
    printers = Printers(press.storage)
    refuse_unprintable(drafts, printers)
    step = drafts[:most]
    return Portion(enter(session, step, press, printers, now), len(drafts) - len(step))


def next_in_line(session: Session, seminar: Seminar, now: datetime) -> list[Standing]:
    """Give those who qualify and never had a certificate; whose was revoked receives another only by a decision of its own."""
    had = holders(session, seminar)
    return [each for each in standings(session, seminar, now) if each.eligible and each.registration.id not in had]


def draft_for(standing: Standing, press: Press, today: date) -> Draft:
    """Put together the certificate of somebody who qualifies."""
    exception = standing.exception.reason if standing.missing and standing.exception else ""
    return draft_of(standing.registration, press.host, today, exception)


def refuse_private(press: Press, specimen: bool) -> None:
    """Refuse to print an address that is not public; the example may."""
    if not press.public and not specimen:
        raise AddressNotPublic(press.address)


def refuse_unprintable(drafts: Iterable[Draft], printers: Printers) -> None:
    """Look at every certificate before the first is made."""
    found = [(each.facts.recipient, problem) for each in drafts for problem in problems_of(each, printers)]
    if found:
        raise CannotPrint(found)


def problems_of(draft: Draft, printers: Printers) -> list[Problem]:
    """List what of a certificate can't or may not be printed; its number and code are stood in for."""
    serial = make_serial(draft.prefix, draft.facts.issued.year, 9999)
    printer = printers.printer(draft.design, draft.issuer, draft.logos)
    found = printer.problems(numbered(draft, serial, new_code(bytes(10))))
    return [*found, *reserved_problems(draft.facts, draft.issuer)]


def name_problems(registration: Registration, name: str, storage: Storage, now: datetime) -> list[Problem]:
    """List why a name can't be printed on somebody's certificate."""
    draft = draft_of(registration, "", now.astimezone(registration.seminar.zone).date())
    found = problems_of(replace(draft, facts=replace(draft.facts, recipient=name)), Printers(storage))
    return [each for each in found if each.field == "recipient"]


def lock_numbers(session: Session) -> None:
    """Let one at a time count serials: projects may share a prefix, and a prefix may have been another project's."""
    session.execute(select(Project.id).order_by(Project.id).with_for_update())


def enter(
    session: Session, drafts: Sequence[Draft], press: Press, printers: Printers, now: datetime
) -> list[IssuedCertificate]:
    """Make certificates of one prefix and enter them in the register; the caller holds the lock of the numbers."""
    if not drafts:
        return []
    first = next_number(session, drafts[0].prefix, drafts[0].facts.issued.year)
    entries = [make(each, press, printers, number, now) for number, each in enumerate(drafts, start=first)]
    session.add_all(entries)
    session.flush()
    return entries


def make(draft: Draft, press: Press, printers: Printers, number: int, now: datetime) -> IssuedCertificate:
    """Make one certificate: number, code, seal, file, entry."""
    year = draft.facts.issued.year
    serial, code = make_serial(draft.prefix, year, number), new_code(secrets.token_bytes(10))
    facts = numbered(draft, serial, code)
    text = qr_text(press.address, code, seal(facts, press.keyring, press.host, draft.zone))
    paper = printers.printer(draft.design, draft.issuer, draft.logos).render(facts, qr=text)
    if press.signer is not None:
        paper = press.signer.sign(paper)
    return IssuedCertificate(
        code=code,
        serial=serial,
        prefix=draft.prefix,
        year=year,
        number=number,
        registration_id=draft.registration_id,
        seminar_id=draft.seminar_id,
        recipient=facts.recipient,
        facts=kept(draft),
        issued_on=facts.issued,
        issued_at=now,
        expires_on=facts.expires,
        issued_by_id=press.user_id,
        exception=draft.exception,
        qr_text=text,
        pdf_sha256=press.storage.put(paper),
    )


def next_number(session: Session, prefix: str, year: int) -> int:
    """Give the number after the last one of this prefix and year; the caller holds the lock of the numbers."""
    last = session.scalar(
        select(func.max(IssuedCertificate.number)).where(
            IssuedCertificate.prefix == prefix, IssuedCertificate.year == year
        )
    )
    return (last or 0) + 1
