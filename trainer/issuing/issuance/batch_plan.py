"""Plan of a batch: whose certificates are issued next and exactly how, what a person should look at before, and who is left out.

The organizer checks the plan once; its fingerprint tells whether what is about to be issued is still what was shown.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session, joinedload

from certificates import PrintProblem
from trainer.fingerprint import compute_fingerprint
from trainer.issuing.eligibility import Eligibility, assess_participation, assess_registrations
from trainer.issuing.issuance.concerns import Concern, get_exception_reason, list_concerns
from trainer.issuing.issuance.context import PrinterCache
from trainer.issuing.issuance.drafts import CertificateDraft, DraftBuilder
from trainer.issuing.issuance.printability import (
    PERSONAL_FIELDS,
    BatchUnprintable,
    LeftOut,
    list_draft_problems,
)
from trainer.issuing.readiness import BatchBasis, list_consented_ids, load_batch_basis
from trainer.issuing.register import list_certificates_of_registrations
from trainer.people.models import Person
from trainer.people.spelling import fold_name
from trainer.registration.models import Registration, RegistrationStatus
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
    problems: Mapping[int, list[PrintProblem]] = field(default_factory=dict)
    """What can't be printed of a person whom the batch leaves out, by registration id."""

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


class Namesake(NamedTuple):
    """What tells whether a registration may be of the same person as another one."""

    id: int
    is_likely_duplicate: bool
    likely_duplicate_of_id: int | None
    folded_name: str
    surname: str
    given_name: str
    patronymic: str


def plan_batch(
    session: Session,
    seminar: Seminar,
    host: str,
    printers: PrinterCache,
    now: datetime,
    basis: BatchBasis | None = None,
) -> BatchPlan:
    """Plan certificates for everybody who qualifies and never had one; after a revocation a new one needs its own decision.

    `basis` is read from the database if not given.
    """
    basis = basis or load_batch_basis(session, seminar, now)
    candidates = list_candidates(session, seminar, basis.candidate_ids)
    eligibilities = assess_participation(session, seminar, candidates, basis.participation, now)
    likely_duplicate_ids = list_likely_duplicate_ids(list_namesake_rows(session, seminar, basis.eligible_ids))
    consented_ids = list_consented_ids(session, Registration.seminar_id == seminar.id)
    ready: list[PlannedCertificate] = []
    left_out: LeftOut = []
    personal_problems: dict[int, list[PrintProblem]] = {}
    for planned in plan_certificates(eligibilities, likely_duplicate_ids, consented_ids, seminar, host, now):
        problems = list_draft_problems(planned.draft, printers)
        left_out += [(planned.draft.recipient, problem) for problem in problems]
        if not problems:
            ready.append(planned)
        elif personal := [problem for problem in problems if problem.field in PERSONAL_FIELDS]:
            personal_problems[planned.registration.id] = personal
    return BatchPlan(tuple(ready), left_out, personal_problems)


def list_candidates(session: Session, seminar: Seminar, registration_ids: Collection[int]) -> list[Registration]:
    """Return participants of a seminar with their persons, in the order of the list."""
    if not registration_ids:
        return []
    query = select_participants(seminar).where(Registration.id.in_(registration_ids))
    return list(session.scalars(query))


def select_participants(seminar: Seminar) -> Select[Registration]:
    """Return a query for the participants of a seminar in the order of the list, with their persons."""
    query = select(Registration).join(Registration.person).options(joinedload(Registration.person))
    is_participant = Registration.status == RegistrationStatus.REGISTERED
    query = query.where(Registration.seminar_id == seminar.id, is_participant)
    return query.order_by(Person.sort_key, Registration.id)


def list_namesake_rows(session: Session, seminar: Seminar, registration_ids: Collection[int]) -> list[Namesake]:
    """Return what tells whether registrations of a seminar are of the same person."""
    own = [getattr(Registration, name) for name in Namesake._fields[:3]]
    columns = [*own, *(getattr(Person, name) for name in Namesake._fields[3:])]
    rows = session.execute(select(*columns).join(Registration.person).where(Registration.seminar_id == seminar.id))
    return [row for row in map(Namesake._make, rows) if row.id in registration_ids]


def plan_again(
    session: Session, seminar: Seminar, registration_ids: Collection[int], host: str, now: datetime
) -> dict[int, PlannedCertificate]:
    """Plan the certificates of some people as `plan_batch` does, by registration id; without looking whether they can be printed.

    With the same fingerprint as in a batch that was checked, they can.
    """
    registrations = list_with_likely_duplicates(session, seminar, registration_ids)
    holder_ids = {issued.registration_id for issued in list_certificates_of_registrations(session, registrations)}
    eligible = [each for each in assess_registrations(session, seminar, registrations, now) if each.is_eligible]
    likely_duplicate_ids = list_likely_duplicate_ids([describe_namesake(each.registration) for each in eligible])
    consented_ids = list_consented_ids(session, Registration.id.in_([each.id for each in registrations]))
    candidates = [each for each in eligible if each.registration.id not in holder_ids]
    planned = plan_certificates(candidates, likely_duplicate_ids, consented_ids, seminar, host, now)
    return {certificate.registration.id: certificate for certificate in planned}


def describe_namesake(registration: Registration) -> Namesake:
    """Return what tells whether a registration is of the same person as another one."""
    person = registration.person
    return Namesake(
        registration.id,
        registration.is_likely_duplicate,
        registration.likely_duplicate_of_id,
        person.folded_name,
        person.surname,
        person.given_name,
        person.patronymic,
    )


def plan_certificates(
    eligibilities: Iterable[Eligibility],
    likely_duplicate_ids: Collection[int],
    consented_ids: Collection[int],
    seminar: Seminar,
    host: str,
    now: datetime,
) -> Iterator[PlannedCertificate]:
    """Yield a certificate for each person who qualifies."""
    drafts = DraftBuilder(seminar, host, now.astimezone(seminar.zone).date())
    for eligibility in eligibilities:
        if eligibility.is_eligible:
            registration = eligibility.registration
            draft = drafts.build_draft(registration, get_exception_reason(eligibility))
            concerns = list_concerns(
                eligibility, registration.id in likely_duplicate_ids, registration.id in consented_ids
            )
            yield PlannedCertificate(registration, draft, concerns)


def list_with_likely_duplicates(
    session: Session, seminar: Seminar, registration_ids: Collection[int]
) -> list[Registration]:
    """Return some participants of a seminar, and whoever may be one of them registered twice."""
    participants = select_participants(seminar)
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


def list_likely_duplicate_ids(eligible: Sequence[Namesake]) -> set[int]:
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


def list_namesakes(registrations: Iterable[Namesake]) -> list[tuple[int, int]]:
    """Return the ids of pairs with the same name that were not decided to be different people."""
    by_key: dict[str, list[Namesake]] = {}
    for registration in registrations:
        by_key.setdefault(registration.folded_name, []).append(registration)
    groups = (
        [(fold_name(registration), registration) for registration in group]
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
