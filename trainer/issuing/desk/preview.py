"""Preview of a batch: for every participant, eligibility, what is missing, and the latest certificate."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates import PrintProblem
from trainer.issuing import register, wording
from trainer.issuing.eligibility import Eligibility, assess_participation
from trainer.issuing.issuance.drafts import Recipient
from trainer.issuing.issuance.printability import map_personal_problems
from trainer.issuing.models import CertificateStatus, IssuedCertificate
from trainer.issuing.readiness import BatchBasis, load_batch_basis
from trainer.issuing.register import has_expired, list_expired_ids
from trainer.people.models import Person
from trainer.people.names import join_names
from trainer.registration.models import Registration
from trainer.registration.seats.participants import list_participant_ids, map_people
from trainer.seminars.models import Seminar
from trainer.settings import Settings
from trainer.storage import Storage


class RowStatus(StrEnum):
    """Where somebody stands between registration and certificate. Exactly one applies."""

    READY = "ready"
    UNPRINTABLE = "unprintable"  # qualifies, but the next batch leaves the person out
    ISSUED = "issued"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NOT_READY = "not-ready"


@dataclass(frozen=True)
class BatchPreview:
    """Everybody on the list, and where each one stands, as ids of registrations."""

    registration_ids: list[int]
    """In the order of the list."""
    ids_by_status: Mapping[RowStatus, set[int]]
    problems: Mapping[int, list[PrintProblem]]
    """Why the next batch leaves out somebody who qualifies."""
    unconfirmed_count: int
    """How many of those who are ready have not confirmed their name."""
    basis: BatchBasis

    def list_ids(self, status: RowStatus) -> list[int]:
        """Return the ids of the people with a status, in the order of the list."""
        own_ids = self.ids_by_status[status]
        return [registration_id for registration_id in self.registration_ids if registration_id in own_ids]

    def count(self, *statuses: RowStatus) -> int:
        """Return how many people have one of these statuses."""
        return sum(len(self.ids_by_status[status]) for status in statuses)


@dataclass(frozen=True)
class EligibilityRow:
    """A row of the preview. `certificate` is the latest one, whatever its status.

    `problems` are why the next batch leaves out somebody who qualifies. Sentences are made for the rows that are shown only:
    they take most of the time.
    """

    eligibility: Eligibility
    certificate: IssuedCertificate | None
    is_expired: bool
    problems: list[PrintProblem]

    @property
    def registration(self) -> Registration:
        """Return the registration of the person."""
        return self.eligibility.registration

    @property
    def missing(self) -> list[str]:
        """Return a sentence for each requirement that is missing."""
        return [wording.format_missing_requirement(each, self.eligibility) for each in self.eligibility.missing]

    @property
    def print_problems(self) -> list[str]:
        """Return a sentence for each problem of printing."""
        return [wording.format_print_problem(self.registration.person.printed_name, each) for each in self.problems]

    @property
    def is_ready(self) -> bool:
        """Return whether the next batch issues a certificate to this person."""
        return self.eligibility.is_eligible and self.certificate is None and not self.problems

    @property
    def is_settled(self) -> bool:
        """Return whether nothing is left to decide: there is a certificate and it is not revoked."""
        return self.certificate is not None and self.certificate.status != CertificateStatus.REVOKED

    @property
    def name_on_certificate(self) -> str:
        """Return the name on the certificate, or the name to print on the next one."""
        issued = self.certificate if self.is_settled else None
        return issued.recipient if issued is not None else self.registration.person.printed_name


def build_batch_preview(session: Session, seminar: Seminar, settings: Settings, now: datetime) -> BatchPreview:
    """Return where everybody on the list of a seminar stands. Of those who are ready the names are read, to see what can be printed."""
    basis = load_batch_basis(session, seminar, now)
    recipients = list_recipients(session, basis.candidate_ids)
    problems = map_personal_problems(seminar, recipients, settings.host_name, Storage.from_settings(settings), now)
    unconfirmed = sum(not each.is_confirmed and each.registration_id not in problems for each in recipients)
    return sort_people(session, seminar, basis, problems, unconfirmed, now)


def list_recipients(session: Session, registration_ids: Collection[int]) -> list[Recipient]:
    """Return what the certificates of some people take from them, without their objects, which take several times as long to load."""
    if not registration_ids:
        return []
    parts = (Person.surname, Person.given_name, Person.patronymic)
    columns = (Registration.id, Person.language, Person.name_confirmed_at, Person.certificate_name, *parts)
    query = select(*columns).join(Registration.person).where(Registration.id.in_(registration_ids))
    return [
        Recipient(registration_id, language, certificate_name or join_names(*parts), confirmed_at is not None)
        for registration_id, language, confirmed_at, certificate_name, *parts in session.execute(query)
    ]


def sort_people(
    session: Session,
    seminar: Seminar,
    basis: BatchBasis,
    problems: Mapping[int, list[PrintProblem]],
    unconfirmed_count: int,
    now: datetime,
) -> BatchPreview:
    """Return where everybody on the list stands; `problems` are those of the people who can't be printed."""
    listed_ids = basis.participation.registered_ids
    certified_ids = basis.facts.certified_ids & listed_ids
    valid_ids = basis.facts.valid_ids & listed_ids
    expired_ids = list_expired_ids(session, seminar, now) & valid_ids
    return BatchPreview(
        list_participant_ids(session, seminar),
        {
            RowStatus.READY: basis.candidate_ids - problems.keys(),
            RowStatus.UNPRINTABLE: set(problems),
            RowStatus.ISSUED: valid_ids - expired_ids,
            RowStatus.EXPIRED: expired_ids,
            RowStatus.REVOKED: certified_ids - valid_ids,
            RowStatus.NOT_READY: listed_ids - certified_ids - basis.eligible_ids,
        },
        problems,
        unconfirmed_count,
        basis,
    )


def load_eligibility_rows(
    session: Session, seminar: Seminar, preview: BatchPreview, registration_ids: Sequence[int], now: datetime
) -> list[EligibilityRow]:
    """Return the rows of some people of a preview, in the order of their ids."""
    people = map_people(session, registration_ids)
    certificates = register.list_certificates_of_registrations(session, people.values())
    latest = {issued.registration_id: issued for issued in certificates}  # in order of issue
    eligibilities = assess_participation(
        session,
        seminar,
        [people[registration_id] for registration_id in registration_ids],
        preview.basis.participation,
        now,
    )
    return [
        EligibilityRow(
            eligibility,
            certificate := latest.get(eligibility.registration.id),
            certificate is not None and has_expired(certificate, now),
            preview.problems.get(eligibility.registration.id, []),
        )
        for eligibility in eligibilities
    ]
