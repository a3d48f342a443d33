"""Issuing: numbers that are never given twice, the seal, the frozen file, and the entry in the register."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from certificates import Design, Keyring, Problem, make_serial, new_code, problems, qr_text, render, seal
from trainer.issuing.eligibility import standings
from trainer.issuing.facts import certificate_of, issuer_of, kept
from trainer.issuing.models import IssuedCertificate
from trainer.projects.models import Project
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.storage import Storage

DESIGN = "standard"


class AddressNotPublic(Exception):
    """The address would be printed for ever, and it is not an https address."""


class CannotPrint(Exception):
    """Some names or titles can't be printed; `problems` lists whose and why. Nothing was issued."""

    def __init__(self, found: list[tuple[str, Problem]]) -> None:
        super().__init__(found)
        self.problems = found


@dataclass(frozen=True)
class Press:
    """What issuing needs besides the database: where certificates are checked, the keys, the files, who presses the button."""

    address: str
    host: str
    public: bool
    keyring: Keyring
    storage: Storage
    user_id: int | None = None


def issue_certificates(session: Session, seminar: Seminar, press: Press, now: datetime) -> list[IssuedCertificate]:
    """Issue a certificate to everybody who qualifies and has none yet; all or nothing.

    Raises AddressNotPublic and CannotPrint.
    """
    if not press.public and not seminar.project.is_example:
        raise AddressNotPublic(press.address)
    session.execute(
        select(Project.id)
        .where(Project.serial_prefix == seminar.project.serial_prefix)
        .order_by(Project.id)
        .with_for_update()
    )  # one at a time counts the serials, also where projects share a prefix
    issued = certificates_of(session, seminar)
    waiting = [
        each.registration
        for each in standings(session, seminar, now)
        if each.eligible and each.registration.id not in issued
    ]
    refuse_unprintable(seminar, waiting, press, now)
    first = next_number(session, seminar.project.serial_prefix, now.astimezone(seminar.zone).year)
    entries = [issue(seminar, each, press, number, now) for number, each in enumerate(waiting, start=first)]
    session.add_all(entries)
    session.flush()
    return entries


def refuse_unprintable(seminar: Seminar, registrations: Sequence[Registration], press: Press, now: datetime) -> None:
    """Look at every certificate before the first is made."""
    design, issuer, today = Design.load(DESIGN), issuer_of(seminar, press.host), now.astimezone(seminar.zone).date()
    found = []
    for each in registrations:
        draft = certificate_of(
            seminar,
            each.person,
            make_serial(seminar.project.serial_prefix, today.year, 9999),
            new_code(bytes(10)),
            today,
        )
        found += [(each.person.full_name, problem) for problem in problems(draft, design, issuer)]
    if found:
        raise CannotPrint(found)


def issue(seminar: Seminar, registration: Registration, press: Press, number: int, now: datetime) -> IssuedCertificate:
    """Make one certificate: facts, seal, file, entry."""
    today = now.astimezone(seminar.zone).date()
    prefix = seminar.project.serial_prefix
    serial, code = make_serial(prefix, today.year, number), new_code(secrets.token_bytes(10))
    facts, issuer = certificate_of(seminar, registration.person, serial, code, today), issuer_of(seminar, press.host)
    text = qr_text(press.address, code, seal(facts, press.keyring, press.host, seminar.zone))
    return IssuedCertificate(
        code=code,
        serial=serial,
        prefix=prefix,
        year=today.year,
        number=number,
        registration_id=registration.id,
        seminar_id=seminar.id,
        recipient=facts.recipient,
        facts=kept(facts, issuer),
        issued_on=today,
        issued_at=now,
        issued_by_id=press.user_id,
        qr_text=text,
        pdf_sha256=press.storage.put(render(facts, Design.load(DESIGN), issuer, qr=text)),
    )


def next_number(session: Session, prefix: str, year: int) -> int:
    """Give the number after the last one of this prefix and year; the caller holds the lock of the prefix."""
    last = session.scalar(
        select(func.max(IssuedCertificate.number)).where(
            IssuedCertificate.prefix == prefix, IssuedCertificate.year == year
        )
    )
    return (last or 0) + 1


def certificates_of(session: Session, seminar: Seminar) -> dict[int, IssuedCertificate]:
    """Give the valid certificates of a seminar by registration."""
    wanted = select(IssuedCertificate).where(
        IssuedCertificate.seminar_id == seminar.id, IssuedCertificate.state == "valid"
    )
    return {each.registration_id: each for each in session.scalars(wanted) if each.registration_id is not None}


def certificate_for(session: Session, registration: Registration) -> IssuedCertificate | None:
    """Find the valid certificate of a registration."""
    wanted = select(IssuedCertificate).where(
        IssuedCertificate.registration_id == registration.id, IssuedCertificate.state == "valid"
    )
    return session.scalar(wanted)


def find_by_code(session: Session, code: str) -> IssuedCertificate | None:
    """Find the certificate of a code."""
    return session.scalar(select(IssuedCertificate).where(IssuedCertificate.code == code))


def find_by_serial(session: Session, serial: str) -> IssuedCertificate | None:
    """Find the certificate with a number."""
    return session.scalar(select(IssuedCertificate).where(IssuedCertificate.serial == serial))


def counts(session: Session) -> dict[int, int]:
    """Valid certificates by seminar, for lists."""
    rows = session.execute(
        select(IssuedCertificate.seminar_id, func.count())
        .where(IssuedCertificate.state == "valid")
        .group_by(IssuedCertificate.seminar_id)
    )
    return {seminar_id: number for seminar_id, number in rows if seminar_id is not None}
