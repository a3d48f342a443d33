"""Plan of a batch: whose certificates are issued next and exactly how, what a person should look at before, and who is left out.

The organizer checks the plan once; its fingerprint tells whether what is about to be issued is still what was shown.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import combinations

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from trainer.fingerprint import compute_fingerprint
from trainer.issuing.eligibility import Eligibility, assess_registrations, list_eligibility
from trainer.issuing.issuance.concerns import Concern, get_exception_reason, list_concerns
from trainer.issuing.issuance.context import PrinterCache
from trainer.issuing.issuance.drafts import CertificateDraft, DraftBuilder
from trainer.issuing.issuance.printability import (
    PERSONAL_FIELDS,
    BatchUnprintable,
    LeftOut,
    list_draft_problems,
)
from trainer.issuing.register import list_certificates_of_registrations, list_holder_registration_ids
from trainer.people.models import Person
from trainer.people.spelling import fold_name
from trainer.registration.models import Registration
from trainer.registration.seats.participants import select_participants
from trainer.seminars.models import Seminar


@dataclass(frozen=True)
class PlannedCertificate:
    """A certificate for somebody who qualifies, and what to look at before it is issued."""

    registration: Registration
    draft: CertificateDraft
    concerns: tuple[Concern, ...]

    @cached_property
    def fingerprint(self) -> str:
        """Return a hash of all that is printed besides number and code, and of the concerns."""
        draft = self.draft
        facts = [draft.shared.fingerprint, draft.recipient, draft.exception_reason]
        return compute_fingerprint([*facts, self.concerns, self.registration.id], length=32)


@dataclass(frozen=True)
class BatchPlan:
    """The certificates of a batch in the order of their numbers, and who is left out because of a name or a text."""

    ready: tuple[PlannedCertificate, ...]
    left_out: LeftOut

    def list_concerned(self, concern: Concern) -> list[PlannedCertificate]:
        """Return the certificates with a concern."""
        return [planned for planned in self.ready if concern in planned.concerns]

    def require_printable(self) -> None:
        """Raise BatchUnprintable if a problem is the seminar's, or if all are left out."""
        seminar_problems = [named for named in self.left_out if named[1].field not in PERSONAL_FIELDS]
        if seminar_problems or (self.left_out and not self.ready):
            raise BatchUnprintable(self.left_out)

    @cached_property
    def fingerprint(self) -> str:
        """Return a hash of all that is printed and of all concerns."""
        return compute_fingerprint(
            [planned.fingerprint for planned in self.ready]
            + [[name, problem.field, problem.text, problem.missing_characters] for name, problem in self.left_out],
            length=32,
        )


def plan_batch(session: Session, seminar: Seminar, host: str, printers: PrinterCache, now: datetime) -> BatchPlan:
    """Plan certificates for everybody who qualifies and never had one; after a revocation a new one needs its own decision."""
    holder_ids = list_holder_registration_ids(session, seminar)
    ready: list[PlannedCertificate] = []
    left_out: LeftOut = []
    for planned in plan_certificates(list_eligibility(session, seminar, now), holder_ids, seminar, host, now):
        problems = list_draft_problems(planned.draft, printers)
        left_out += [(planned.draft.recipient, problem) for problem in problems]
        if not problems:
            ready.append(planned)
    return BatchPlan(tuple(ready), left_out)


def plan_again(
    session: Session, seminar: Seminar, registration_ids: Collection[int], host: str, now: datetime
) -> dict[int, PlannedCertificate]:
    """Plan the certificates of some people as `plan_batch` does, by registration id; without looking whether they can be printed.

    With the same fingerprint as in a batch that was checked, they can.
    """
    registrations = list_with_likely_duplicates(session, seminar, registration_ids)
    holder_ids = {issued.registration_id for issued in list_certificates_of_registrations(session, registrations)}
    eligibilities = assess_registrations(session, seminar, registrations, now)
    planned = plan_certificates(eligibilities, holder_ids, seminar, host, now)
    return {certificate.registration.id: certificate for certificate in planned}


def plan_certificates(
    eligibilities: Iterable[Eligibility],
    holder_ids: Collection[int | None],
    seminar: Seminar,
    host: str,
    now: datetime,
) -> Iterator[PlannedCertificate]:
    """Yield a certificate for each person who qualifies and is not among the holders."""
    eligible = [eligibility for eligibility in eligibilities if eligibility.is_eligible]
    likely_duplicate_ids = list_likely_duplicate_ids([found.registration for found in eligible])
    drafts = DraftBuilder(seminar, host, now.astimezone(seminar.zone).date())
    for eligibility in eligible:
        registration = eligibility.registration
        if registration.id not in holder_ids:
            draft = drafts.build_draft(registration, get_exception_reason(eligibility))
            concerns = list_concerns(eligibility, registration.id in likely_duplicate_ids)
            yield PlannedCertificate(registration, draft, concerns)


def list_with_likely_duplicates(
    session: Session, seminar: Seminar, registration_ids: Collection[int]
) -> list[Registration]:
    """Return some participants of a seminar, and whoever may be one of them registered twice."""
    participants = select_participants().where(Registration.seminar_id == seminar.id)
    registrations = list(session.scalars(participants.where(Registration.id.in_(registration_ids))))
    names = {registration.person.folded_name for registration in registrations}
    others = union(
        select(Registration.id).join(Registration.person).where(Person.folded_name.in_(names)),
        select(Registration.id).where(
            Registration.seminar_id == seminar.id,
            Registration.is_likely_duplicate,
            Registration.likely_duplicate_of_id.in_(registration_ids),
        ),
    )
    other_ids = {
        *session.scalars(others),
        *(registration.likely_duplicate_of_id for registration in registrations if registration.is_likely_duplicate),
    }.difference(registration_ids)
    if other_ids:
        registrations += session.scalars(participants.where(Registration.id.in_(other_ids)))
    return registrations


def list_likely_duplicate_ids(eligible: Sequence[Registration]) -> set[int]:
    """Return the ids of those who may be one person registered twice, so that one person would have two certificates.

    A decision whether they are is still open, or they share a name and their patronymics do not differ.
    """
    ids = {registration.id for registration in eligible}
    undecided = [
        (registration.id, registration.likely_duplicate_of_id)
        for registration in eligible
        if registration.is_likely_duplicate and registration.likely_duplicate_of_id in ids
    ]
    return {found for pair in (*undecided, *list_namesakes(eligible)) for found in pair if found is not None}


def list_namesakes(registrations: Iterable[Registration]) -> list[tuple[int, int]]:
    """Return the ids of pairs with the same name that were not decided to be different people."""
    by_key: dict[str, list[Registration]] = {}
    for registration in registrations:
        by_key.setdefault(registration.person.folded_name, []).append(registration)
    groups = (
        [(fold_name(registration.person), registration) for registration in group]
        for group in by_key.values()
        if len(group) > 1
    )
    return [
        (first.id, second.id)
        for group in groups
        for (name, first), (other_name, second) in combinations(group, 2)
        if name.is_same_as(other_name)
        and first.id != second.likely_duplicate_of_id
        and second.id != first.likely_duplicate_of_id
    ]
