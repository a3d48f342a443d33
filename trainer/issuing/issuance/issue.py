"""Issuing: who is next, unique numbers, the seal, the stored file, the entry in the register.

A problem of one person, such as a letter that the typeface lacks, never stops the others: the person is left out, the page names
who and why, and after a correction the next batch issues to that person too. A problem of the seminar's own texts stops
everybody: a certificate with a wrong title would have to be replaced.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from certificates import PrintProblem, build_serial, create_code, qr_text, seal
from trainer.issuing.eligibility import Eligibility, list_eligibility
from trainer.issuing.issuance.context import IssuingContext, PrinterCache
from trainer.issuing.issuance.drafts import CertificateDraft, add_number_and_code, build_draft, serialise_facts
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.register import list_holder_registration_ids
from trainer.issuing.reserved_words import list_reserved_problems
from trainer.projects.models import Project
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.storage import Storage

BATCH_STEP_SIZE = 200
"""Certificates per request or transaction, so that a batch shows progress and loses little when it is interrupted."""


PERSONAL_FIELDS = ("recipient", "code")
"""Fields of problems that concern one person: the name, and the QR code, which grows with the name."""
LeftOut = list[tuple[str, PrintProblem]]
"""Recipients whose certificates cannot be printed, with the problems."""


class AddressNotPublic(Exception):
    """The base URL would be printed permanently and is not a public https address."""


class BatchUnprintable(Exception):
    """Nothing can be printed; `problems` lists recipients and problems. Nothing was issued."""

    def __init__(self, problems: LeftOut) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(frozen=True)
class BatchStep:
    """Certificates issued by one step of a batch, the number remaining, and who is left out of the batch."""

    issued: list[IssuedCertificate]
    remaining: int
    left_out: LeftOut


def issue_certificates(
    session: Session, seminar: Seminar, context: IssuingContext, now: datetime, limit: int | None = None
) -> BatchStep:
    """Issue certificates to everybody who qualifies and never had one, at most `limit` in this step.

    An interrupted batch continues where it stopped. Who cannot be printed is left out. Raises AddressNotPublic, and BatchUnprintable
    if the seminar's texts cannot be printed or nobody's certificate can.
    """
    require_public_address(context, seminar.project.is_example)
    lock_serial_numbers(session)
    today = now.astimezone(seminar.zone).date()
    drafts = [
        build_draft_for_eligible(eligibility, context, today)
        for eligibility in list_people_to_issue(session, seminar, now)
    ]
    printers = PrinterCache(context.storage)
    printable, left_out = select_printable_drafts(drafts, printers)
    step = printable[:limit]
    issued = record_certificates(session, step, context, printers, now)
    return BatchStep(issued, len(printable) - len(step), left_out)


def list_people_to_issue(session: Session, seminar: Seminar, now: datetime) -> list[Eligibility]:
    """Return those who qualify and never had a certificate; after a revocation a new one needs its own decision."""
    holder_ids = list_holder_registration_ids(session, seminar)
    return [
        eligibility
        for eligibility in list_eligibility(session, seminar, now)
        if eligibility.is_eligible and eligibility.registration.id not in holder_ids
    ]


def build_draft_for_eligible(eligibility: Eligibility, context: IssuingContext, today: date) -> CertificateDraft:
    """Build the draft for somebody who qualifies."""
    exception_reason = eligibility.exception.reason if eligibility.missing and eligibility.exception else ""
    return build_draft(eligibility.registration, context.host, today, exception_reason)


def require_public_address(context: IssuingContext, specimen: bool) -> None:
    """Raise AddressNotPublic unless the base URL is public or the certificate is a specimen."""
    if not context.is_public and not specimen:
        raise AddressNotPublic(context.base_url)


def select_printable_drafts(
    drafts: Sequence[CertificateDraft], printers: PrinterCache
) -> tuple[list[CertificateDraft], LeftOut]:
    """Return the drafts that can be printed, and who is left out.

    Raises BatchUnprintable if a problem is the seminar's, or if all are left out.
    """
    printable: list[CertificateDraft] = []
    left_out: LeftOut = []
    for draft in drafts:
        problems = list_draft_problems(draft, printers)
        left_out += [(draft.facts.recipient, problem) for problem in problems]
        if not problems:
            printable.append(draft)
    seminar_problems = [named for named in left_out if named[1].field not in PERSONAL_FIELDS]
    if seminar_problems or (left_out and not printable):
        raise BatchUnprintable(left_out)
    return printable, left_out


def require_printable_drafts(drafts: Iterable[CertificateDraft], printers: PrinterCache) -> None:
    """Raise BatchUnprintable if any certificate cannot be printed, before the first one is created."""
    problems = [
        (draft.facts.recipient, problem) for draft in drafts for problem in list_draft_problems(draft, printers)
    ]
    if problems:
        raise BatchUnprintable(problems)


def list_draft_problems(draft: CertificateDraft, printers: PrinterCache) -> list[PrintProblem]:
    """Return what cannot or may not be printed on a certificate; number and code are placeholders."""
    serial = build_serial(draft.prefix, draft.facts.issued_on.year, 9999)
    printer = printers.get_printer(draft.design, draft.issuer, draft.logos)
    problems = printer.list_print_problems(add_number_and_code(draft, serial, create_code(bytes(10))))
    return [*problems, *list_reserved_problems(draft.facts, draft.issuer)]


def list_name_problems(registration: Registration, name: str, storage: Storage, now: datetime) -> list[PrintProblem]:
    """Return why a name cannot be printed on somebody's certificate."""
    draft = build_draft(registration, "", now.astimezone(registration.seminar.zone).date())
    problems = list_draft_problems(replace(draft, facts=replace(draft.facts, recipient=name)), PrinterCache(storage))
    return [problem for problem in problems if problem.field == "recipient"]


def map_personal_problems(
    registrations: Iterable[Registration], host: str, storage: Storage, now: datetime
) -> dict[int, list[PrintProblem]]:
    """Return why the next batch would leave somebody out, by registration id; who can be printed is not among them."""
    printers = PrinterCache(storage)
    problems_by_id = {
        registration.id: [
            problem
            for problem in list_draft_problems(
                build_draft(registration, host, now.astimezone(registration.seminar.zone).date()), printers
            )
            if problem.field in PERSONAL_FIELDS
        ]
        for registration in registrations
    }
    return {registration_id: problems for registration_id, problems in problems_by_id.items() if problems}


def lock_serial_numbers(session: Session) -> None:
    """Serialise the assignment of numbers: projects may share a prefix, and a prefix may have been another project's."""
    session.execute(select(Project.id).order_by(Project.id).with_for_update())


def record_certificates(
    session: Session, drafts: Sequence[CertificateDraft], context: IssuingContext, printers: PrinterCache, now: datetime
) -> list[IssuedCertificate]:
    """Create certificates of one prefix and add them to the register; the caller holds the lock of the numbers."""
    if not drafts:
        return []
    first_number = get_next_serial_number(session, drafts[0].prefix, drafts[0].facts.issued_on.year)
    entries = [
        create_certificate(draft, context, printers, number, now)
        for number, draft in enumerate(drafts, start=first_number)
    ]
    session.add_all(entries)
    session.flush()
    return entries


def create_certificate(
    draft: CertificateDraft, context: IssuingContext, printers: PrinterCache, number: int, now: datetime
) -> IssuedCertificate:
    """Create one certificate: number, code, seal, file, entry."""
    year = draft.facts.issued_on.year
    serial, code = build_serial(draft.prefix, year, number), create_code(secrets.token_bytes(10))
    facts = add_number_and_code(draft, serial, code)
    text = qr_text(context.base_url, code, seal(facts, context.keyring, context.host, draft.zone))
    pdf = printers.get_printer(draft.design, draft.issuer, draft.logos).render(facts, qr=text)
    if context.signer is not None:
        pdf = context.signer.add_signature(pdf)
    return IssuedCertificate(
        code=code,
        serial=serial,
        prefix=draft.prefix,
        year=year,
        number=number,
        registration_id=draft.registration_id,
        seminar_id=draft.seminar_id,
        recipient=facts.recipient,
        facts=serialise_facts(draft),
        issued_on=facts.issued_on,
        issued_at=now,
        expires_on=facts.expires_on,
        issued_by_id=context.user_id,
        exception_reason=draft.exception_reason,
        qr_text=text,
        pdf_sha256=context.storage.store_content(pdf),
    )


def get_next_serial_number(session: Session, prefix: str, year: int) -> int:
    """Return the number after the last one of this prefix and year; the caller holds the lock of the numbers."""
    last = session.scalar(
        select(func.max(IssuedCertificate.number)).where(
            IssuedCertificate.prefix == prefix, IssuedCertificate.year == year
        )
    )
    return (last or 0) + 1
