"""Issuing: unique numbers, the seal, the stored file, the entry in the register."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from certificates import build_serial, create_code, qr_text, seal
from trainer.issuing.issuance.batch_plan import plan_batch
from trainer.issuing.issuance.context import IssuingContext, PrinterCache
from trainer.issuing.issuance.drafts import CertificateDraft, add_number_and_code, serialise_facts
from trainer.issuing.issuance.printability import LeftOut
from trainer.issuing.models import IssuedCertificate
from trainer.projects.models import Project
from trainer.seminars.models import Seminar

BATCH_STEP_SIZE = 200
"""Certificates per request or transaction, so that a batch shows progress and loses little when it is interrupted."""


class AddressNotPublic(Exception):
    """The base URL would be printed permanently and is not a public https address."""


class BatchChanged(Exception):
    """The batch is not the one that somebody has checked. Nothing was issued."""


@dataclass(frozen=True)
class BatchStep:
    """Certificates issued by one step of a batch, who is left out of it, and what remains: how many, and their fingerprint."""

    issued: list[IssuedCertificate]
    remaining: int
    left_out: LeftOut
    fingerprint: str = ""


def issue_certificates(
    session: Session,
    seminar: Seminar,
    context: IssuingContext,
    now: datetime,
    limit: int | None = None,
    checked: str | None = None,
) -> BatchStep:
    """Issue certificates to everybody who qualifies and never had one, at most `limit` in this step.

    `checked` is the fingerprint of the batch as somebody has checked it; without one, whatever is ready is issued. An interrupted
    batch continues where it stopped. Who cannot be printed is left out. Raises AddressNotPublic, SignatureUnusable, BatchChanged, and
    BatchUnprintable if the seminar's texts cannot be printed or nobody's certificate can.
    """
    require_able_deployment(context, seminar.project.is_example, now)
    lock_serial_numbers(session)
    printers = PrinterCache(context.storage)
    plan = plan_batch(session, seminar, context.host, printers, now)
    plan.require_printable()
    if plan.ready and checked not in (None, plan.fingerprint):
        raise BatchChanged
    remaining = plan.skip_ready(len(plan.ready) if limit is None else limit)
    step = plan.ready[: len(plan.ready) - len(remaining.ready)]
    issued = record_certificates(session, [planned.draft for planned in step], context, printers, now)
    return BatchStep(issued, len(remaining.ready), plan.left_out, remaining.fingerprint)


def require_able_deployment(context: IssuingContext, specimen: bool, now: datetime) -> None:
    """Raise what prevents every certificate: AddressNotPublic, except for specimens, and SignatureUnusable."""
    if not context.is_public and not specimen:
        raise AddressNotPublic(context.base_url)
    if context.signer is not None:
        context.signer.require_valid_term(now)


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
