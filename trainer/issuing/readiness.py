"""Who qualifies for a certificate, in many seminars by a few queries: the rule of `eligibility`, applied to groups of people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import product
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session

from trainer.issuing.eligibility import EXCUSABLE_REQUIREMENTS, list_missing_requirements
from trainer.issuing.models import CertificateStatus, EligibilityException, IssuedCertificate
from trainer.raw_queries import fetch_number_columns, fetch_number_groups, join_numbers
from trainer.registration.consent import build_given_consent_clause
from trainer.registration.models import ConsentPurpose, Registration
from trainer.seminars.models import Seminar
from trainer.surveys.models import TestScore
from trainer.surveys.participation import SeminarParticipation, load_participation

EXCUSED, PASSED = "excused", "passed"


@dataclass(frozen=True)
class Readiness:
    """Who of a seminar has certificates or may get one: ids of registrations, and the number of valid certificates."""

    eligible_ids: set[int]
    ready_ids: set[int]
    """Those of them that never had one."""
    valid_count: int


@dataclass(frozen=True)
class CertificateFacts:
    """The ids of the registrations of a seminar of which a fact is true.

    A certificate whose registration is deleted stands in `certified_ids` and `valid_ids` as a number below zero.
    """

    excused_ids: set[int]
    passed_ids: set[int]
    certified_ids: set[int]
    """Those that ever had a certificate."""
    valid_ids: set[int]


@dataclass(frozen=True)
class BatchBasis:
    """What a batch of one seminar is planned from: participation, facts on certificates, and who qualifies, as ids."""

    seminar_id: int
    participation: SeminarParticipation
    facts: CertificateFacts
    eligible_ids: set[int]

    @property
    def candidate_ids(self) -> set[int]:
        """Return who qualifies and never had a certificate."""
        return self.eligible_ids - self.facts.certified_ids


def load_batch_basis(session: Session, seminar: Seminar, now: datetime) -> BatchBasis:
    """Return what a batch is planned from, by four queries, or a few more with conflicts and merges."""
    participation = load_participation(session, [seminar], now)[seminar.id]
    facts = map_certificate_facts(session, [seminar.id])[seminar.id]
    return BatchBasis(seminar.id, participation, facts, list_eligible_ids(seminar, participation, facts, now))


def list_consented_ids(session: Session, condition: ColumnElement[bool]) -> set[int]:
    """Return which of the registrations that meet a condition have a consent to the processing of personal data."""
    query = select(Registration.id).where(condition, build_given_consent_clause(ConsentPurpose.PERSONAL_DATA))
    [ids] = fetch_number_columns(session, query)
    return ids


def has_certificates_to_issue(seminar: Seminar, now: datetime) -> bool:
    """Return whether certificates of a seminar can be issued by now."""
    return seminar.has_certificate and not seminar.is_cancelled and seminar.is_over(now)


def map_readiness(
    session: Session, seminars: Sequence[Seminar], participation: Mapping[int, SeminarParticipation], now: datetime
) -> dict[int, Readiness]:
    """Return the readiness of seminars by seminar id."""
    facts = map_certificate_facts(session, [seminar.id for seminar in seminars])
    return {
        seminar.id: assess_readiness(seminar, participation[seminar.id], facts[seminar.id], now) for seminar in seminars
    }


def assess_readiness(
    seminar: Seminar, participation: SeminarParticipation, facts: CertificateFacts, now: datetime
) -> Readiness:
    """Return the readiness of a seminar. Nobody qualifies where certificates can't be issued by now."""
    can_issue = has_certificates_to_issue(seminar, now)
    eligible_ids = list_eligible_ids(seminar, participation, facts, now) if can_issue else set()
    return Readiness(eligible_ids, eligible_ids - facts.certified_ids, len(facts.valid_ids))


def list_eligible_ids(
    seminar: Seminar, participation: SeminarParticipation, facts: CertificateFacts, now: datetime
) -> set[int]:
    """Return who of the list qualifies: everybody of a group misses the same requirements."""
    eligible_ids: set[int] = set()
    for attendance, ids in participation.tally.split_by_summary(participation.registered_ids):
        for has_answered, has_passed in product((True, False), repeat=2):
            group = ids & participation.answered_ids if has_answered else ids - participation.answered_ids
            group = group & facts.passed_ids if has_passed else group - facts.passed_ids
            if not group:
                continue
            percent = seminar.pass_mark if has_passed else None
            missing = list_missing_requirements(seminar, attendance, has_answered, now, percent)
            if not missing:
                eligible_ids |= group
            elif set(missing) <= EXCUSABLE_REQUIREMENTS:
                eligible_ids |= group & facts.excused_ids
    return eligible_ids


def map_certificate_facts(session: Session, seminar_ids: Sequence[int]) -> dict[int, CertificateFacts]:
    """Return what certificates depend on besides attendance and answers, by seminar id, by one query."""
    rows = fetch_number_groups(session, build_facts_query(), {"seminar_ids": seminar_ids}) if seminar_ids else []
    found = {(seminar_id, fact): ids for (seminar_id, fact), ids in rows}
    return {
        seminar_id: CertificateFacts(
            found.get((seminar_id, EXCUSED), set()),
            found.get((seminar_id, PASSED), set()),
            set().union(*(found.get((seminar_id, status), set()) for status in CertificateStatus)),
            found.get((seminar_id, CertificateStatus.VALID), set()),
        )
        for seminar_id in seminar_ids
    }


@cache
def build_facts_query() -> Select[*tuple[Any, ...]]:
    """Build the query for the registrations of seminars of which a fact is true, by seminar and fact."""
    seminar_ids: BindParameter[Any] = bindparam("seminar_ids", expanding=True)
    certified = select(
        IssuedCertificate.seminar_id,
        IssuedCertificate.status.label("fact"),
        func.coalesce(IssuedCertificate.registration_id, -IssuedCertificate.id).label("registration_id"),
    ).where(IssuedCertificate.seminar_id.in_(seminar_ids))
    excused = (
        select(Registration.seminar_id, literal(EXCUSED), EligibilityException.registration_id)
        .join(Registration, Registration.id == EligibilityException.registration_id)
        .where(Registration.seminar_id.in_(seminar_ids))
    )
    passed = (
        select(Seminar.id, literal(PASSED), TestScore.registration_id)
        .join(Registration, Registration.id == TestScore.registration_id)
        .join(Seminar, Seminar.id == Registration.seminar_id)
        .where(Seminar.id.in_(seminar_ids), TestScore.percent >= Seminar.pass_mark)
    )
    return join_numbers(union_all(certified, excused, passed))
