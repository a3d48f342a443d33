"""Issuing: unique numbers, the seal, the stored file, the entry in the register."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from certificates import UnprintableCertificate, build_serial, create_code, qr_text, seal
from trainer.issuing.issuance.batch_plan import plan_again, plan_batch
from trainer.issuing.issuance.checked_batch import CheckedBatch
from trainer.issuing.issuance.context import IssuingContext, PrinterCache
from trainer.issuing.issuance.drafts import CertificateDraft
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
    """Certificates issued by one step of a batch, how many remain, and who is left out.

    `left_out` are those whose certificates cannot be printed, named by the first step. `changed` are the names of those who are no
    longer as they were checked, named by the last step. `fingerprint` is that of the batch while something remains.
    """

    issued: list[IssuedCertificate]
    remaining: int = 0
    left_out: LeftOut = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
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

    `checked` is the fingerprint of the batch as somebody has checked it; without one, whatever is ready is issued. The first step
    plans the whole batch and compares it with what was checked. The others read and check their own people only: who is no longer as
    they were checked is left out, and who has come since is not part of the batch. An interrupted batch continues where it stopped.
    Who cannot be printed is left out. Raises AddressNotPublic, SignatureUnusable, BatchUnprintable if the seminar's texts cannot be
    printed or nobody's certificate can, and BatchChanged, in a later step if nobody of it is as they were checked.
    """
    require_able_deployment(context, seminar.project.is_example, now)
    lock_serial_numbers(session)
    printers = PrinterCache(context.storage)
    batch = CheckedBatch(seminar, checked or "")
    if batch.is_stored(session):
        return issue_next_step(session, batch, context, printers, now, limit)
    plan = plan_batch(session, seminar, context.host, printers, now)
    plan.require_printable()
    if plan.ready and checked not in (None, plan.fingerprint):
        raise BatchChanged
    step = plan.ready[:limit]
    issued = record_certificates(session, [planned.draft for planned in step], context, printers, now)
    remaining = plan.ready[len(step) :]
    if remaining:
        CheckedBatch(seminar, plan.fingerprint).store(session, remaining, now)
    return BatchStep(issued, len(remaining), plan.left_out, fingerprint=plan.fingerprint if remaining else "")


def issue_next_step(
    session: Session,
    batch: CheckedBatch,
    context: IssuingContext,
    printers: PrinterCache,
    now: datetime,
    limit: int | None,
) -> BatchStep:
    """Issue the next certificates of a batch of which a step was issued before. Raises BatchChanged."""
    checked = batch.map_next_fingerprints(session, limit)
    planned = plan_again(session, batch.seminar, checked, context.host, now)
    unchanged = [
        registration_id
        for registration_id, fingerprint in checked.items()
        if registration_id in planned and planned[registration_id].fingerprint == fingerprint
    ]
    if not unchanged:
        raise BatchChanged
    drafts = [planned[registration_id].draft for registration_id in unchanged]
    try:
        issued = record_certificates(session, drafts, context, printers, now)
    except UnprintableCertificate as error:  # another version of trainer has begun to run since the check
        raise BatchChanged from error
    batch.remove_issued(session, unchanged)
    batch.leave_out(session, checked.keys() - set(unchanged))
    remaining = batch.count_waiting(session)
    if remaining:
        return BatchStep(issued, remaining, fingerprint=batch.fingerprint)
    return BatchStep(issued, changed=batch.finish(session))


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
    shared = drafts[0].shared
    first_number = get_next_serial_number(session, shared.prefix, shared.facts.issued_on.year)
    certificates = [
        create_certificate(draft, context, printers, number, now)
        for number, draft in enumerate(drafts, start=first_number)
    ]
    entries = [entry for entry, _pdf in certificates]
    hashes = context.storage.store_contents([pdf for _entry, pdf in certificates])
    for entry, sha256 in zip(entries, hashes, strict=True):
        entry.pdf_sha256 = sha256
    session.add_all(entries)
    session.flush()
    return entries


def create_certificate(
    draft: CertificateDraft, context: IssuingContext, printers: PrinterCache, number: int, now: datetime
) -> tuple[IssuedCertificate, bytes]:
    """Create one certificate: number, code, seal; return its entry and its file, which is not stored yet."""
    shared = draft.shared
    year = shared.facts.issued_on.year
    serial, code = build_serial(shared.prefix, year, number), create_code(secrets.token_bytes(10))
    facts = draft.build_facts(serial, code)
    text = qr_text(context.base_url, code, seal(facts, context.keyring, context.host, shared.zone))
    pdf = printers.get_printer(shared.design, shared.issuer, shared.logos).render(facts, qr=text)
    if context.signer is not None:
        pdf = context.signer.add_signature(pdf)
    entry = IssuedCertificate(
        code=code,
        serial=serial,
        prefix=shared.prefix,
        year=year,
        number=number,
        registration_id=draft.registration_id,
        seminar_id=shared.seminar_id,
        recipient=facts.recipient,
        facts=shared.stored_facts,
        issued_on=facts.issued_on,
        issued_at=now,
        expires_on=facts.expires_on,
        issued_by_id=context.user_id,
        exception_reason=draft.exception_reason,
        qr_text=text,
    )
    return entry, pdf


def get_next_serial_number(session: Session, prefix: str, year: int) -> int:
    """Return the number after the last one of this prefix and year; the caller holds the lock of the numbers."""
    last = session.scalar(
        select(func.max(IssuedCertificate.number)).where(
            IssuedCertificate.prefix == prefix, IssuedCertificate.year == year
        )
    )
    return (last or 0) + 1
