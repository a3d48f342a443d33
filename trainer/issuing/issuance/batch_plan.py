"""Plan of a batch: whose certificates are issued next and exactly how, what a person should look at before, and who is left out.

The organizer checks the plan once; its fingerprint tells whether what is about to be issued is still what was shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import combinations

from sqlalchemy.orm import Session

from trainer.fingerprint import compute_fingerprint
from trainer.issuing.eligibility import Eligibility, list_eligibility
from trainer.issuing.issuance.concerns import Concern, get_exception_reason, list_concerns
from trainer.issuing.issuance.context import PrinterCache
from trainer.issuing.issuance.drafts import CertificateDraft, build_draft, serialise_facts
from trainer.issuing.issuance.printability import (
    PERSONAL_FIELDS,
    BatchUnprintable,
    LeftOut,
    list_draft_problems,
)
from trainer.issuing.register import list_holder_registration_ids
from trainer.people.spelling import FoldedName, fold_name
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar


@dataclass(frozen=True)
class PlannedCertificate:
    """A certificate that can be printed, and what to look at before it is issued."""

    registration: Registration
    draft: CertificateDraft
    concerns: tuple[Concern, ...]


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

    def skip_ready(self, count: int) -> "BatchPlan":
        """Return the plan of what remains after the first `count` certificates."""
        return replace(self, ready=self.ready[count:])

    @property
    def fingerprint(self) -> str:
        """Return a hash of all that is printed and of all concerns."""
        return compute_fingerprint(
            [[describe_draft(planned.draft), planned.concerns, planned.registration.id] for planned in self.ready]
            + [[name, problem.field, problem.text, problem.missing_characters] for name, problem in self.left_out],
            length=32,
        )


def describe_draft(draft: CertificateDraft) -> list[object]:
    """Return all that is printed on a certificate besides number and code."""
    facts = draft.facts
    days = [day.isoformat() if day else None for day in (facts.issued_on, facts.expires_on)]
    return [facts.recipient, *days, draft.prefix, draft.issuer.host, serialise_facts(draft), draft.exception_reason]


def plan_batch(session: Session, seminar: Seminar, host: str, printers: PrinterCache, now: datetime) -> BatchPlan:
    """Plan certificates for everybody who qualifies and never had one; after a revocation a new one needs its own decision."""
    today = now.astimezone(seminar.zone).date()
    holder_ids = list_holder_registration_ids(session, seminar)
    eligible = [eligibility for eligibility in list_eligibility(session, seminar, now) if eligibility.is_eligible]
    likely_duplicate_ids = list_likely_duplicate_ids([found.registration for found in eligible])
    ready: list[PlannedCertificate] = []
    left_out: LeftOut = []
    for eligibility in eligible:
        if eligibility.registration.id in holder_ids:
            continue
        draft = build_draft_for_eligible(eligibility, host, today)
        problems = list_draft_problems(draft, printers)
        left_out += [(draft.facts.recipient, problem) for problem in problems]
        if not problems:
            concerns = list_concerns(eligibility, eligibility.registration.id in likely_duplicate_ids)
            ready.append(PlannedCertificate(eligibility.registration, draft, concerns))
    return BatchPlan(tuple(ready), left_out)


def build_draft_for_eligible(eligibility: Eligibility, host: str, today: date) -> CertificateDraft:
    """Build the draft for somebody who qualifies."""
    return build_draft(eligibility.registration, host, today, get_exception_reason(eligibility))


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
    by_key: dict[str, list[tuple[FoldedName, Registration]]] = {}
    for registration in registrations:
        by_key.setdefault(registration.person.folded_name, []).append((fold_name(registration.person), registration))
    return [
        (first.id, second.id)
        for group in by_key.values()
        for (name, first), (other_name, second) in combinations(group, 2)
        if name.is_same_as(other_name)
        and first.id != second.likely_duplicate_of_id
        and second.id != first.likely_duplicate_of_id
    ]
