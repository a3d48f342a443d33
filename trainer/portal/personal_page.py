"""What the personal page shows, read with as few queries as its parts allow."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.attendance.summary import summarize_attendance
from trainer.attendance.unlisted import has_open_marks
from trainer.issuing.eligibility import Eligibility, assess_registration
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.register import (
    has_expired,
    list_certificates_of_registrations,
    pick_revoked_certificate,
    pick_valid_certificate,
)
from trainer.language.choice import get_page_language
from trainer.portal.erasure import RetainedData, find_retained_data
from trainer.registration.consent import find_given_consent
from trainer.registration.form.answers import list_missing_answers
from trainer.registration.models import (
    ACTIVE_STATUSES,
    ConsentPurpose,
    Registration,
    RegistrationQuestion,
    RegistrationStatus,
)
from trainer.registration.notifications.knowledge import ChangeNotice, find_change_notice
from trainer.registration.seats.availability import RegistrationOutcome, predict_outcome
from trainer.registration.seats.cancellation import can_trainee_change, find_change_deadline
from trainer.registration.seats.lookup import list_siblings_with_tokens
from trainer.registration.seats.waiting_list import get_queue_position, is_offer_expired
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import is_registration_open
from trainer.surveys.answering.status import AssignedSurvey, SurveyStatus, list_assigned_surveys
from trainer.surveys.catalogue import SATISFACTION_SURVEY_NUMBER
from trainer.surveys.deduplication import map_surviving_registrations
from trainer.surveys.models import SurveyPurpose

STATUSES_TO_RETURN_FROM = (RegistrationStatus.OFFER_EXPIRED, RegistrationStatus.CANCELLED)


@dataclass(frozen=True)
class SiblingSeminar:
    """Another seminar of the same activity, and whether registration is open.

    `token` is the one of the person's own page for it; None for who is not registered.
    """

    seminar: Seminar
    token: str | None
    is_open: bool


@dataclass(frozen=True)
class CertificateProgress:
    """The steps of a registered person to the certificate."""

    eligibility: Eligibility
    surveys_before: tuple[AssignedSurvey, ...]
    surveys_after: tuple[AssignedSurvey, ...]
    certificate: IssuedCertificate | None
    is_expired: bool
    """Whether the last valid day of the certificate is over."""
    revoked_certificate: IssuedCertificate | None


@dataclass(frozen=True)
class PersonalPage:
    """Everything about a registration that its personal page shows."""

    status: RegistrationStatus
    """The status to show: an offer past its expiry counts as expired before the background job has run."""
    is_over: bool
    is_open: bool
    outcome: RegistrationOutcome | None
    """What registering again would lead to; None for a status from which nobody returns."""
    queue_position: int
    """Position on the waiting list, 0 for a person who is not on it."""
    can_change: bool
    change_deadline: datetime | None
    missing_answers: list[RegistrationQuestion]
    siblings: list[SiblingSeminar]
    consents: dict[ConsentPurpose, bool]
    retained: RetainedData | None
    """What the law retains, once the person has asked for erasure."""
    progress: CertificateProgress | None
    """None for a person who does not hold a seat, and for a cancelled seminar."""
    change: ChangeNotice | None
    """What changed since the person was told otherwise; None for whom it does not concern."""
    has_open_marks: bool
    """Whether the person was marked without a seat, and the organizer has not decided yet."""


def load_personal_page(session: Session, registration: Registration, now: datetime) -> PersonalPage:
    """Return what the personal page of a registration shows; changes nothing."""
    siblings = list_siblings(session, registration, now)  # first, because it loads the sessions of the seminar as well
    seminar, person = registration.seminar, registration.person
    status = get_displayed_status(registration, now)
    is_active = registration.status in ACTIVE_STATUSES
    can_change = is_active and can_trainee_change(seminar, now) and not seminar.is_cancelled
    has_progress = status == RegistrationStatus.REGISTERED and not seminar.is_cancelled
    is_waiting = registration.status == RegistrationStatus.WAITING
    return PersonalPage(
        status=status,
        is_over=seminar.is_over(now),
        is_open=is_registration_open(seminar, now),
        outcome=predict_outcome(session, seminar, now) if status in STATUSES_TO_RETURN_FROM else None,
        queue_position=get_queue_position(session, registration) if is_waiting else 0,
        can_change=can_change,
        change_deadline=find_change_deadline(seminar),
        missing_answers=list_missing_answers(session, registration) if can_change else [],
        siblings=siblings,
        consents={purpose: find_given_consent(registration, purpose) is not None for purpose in ConsentPurpose},
        retained=find_retained_data(session, person, now) if person.erasure_requested_at else None,
        progress=load_progress(session, registration, now) if has_progress else None,
        change=find_change_notice(session, registration, get_page_language(), now) if is_active else None,
        has_open_marks=not seminar.is_cancelled and has_open_marks(session, registration),
    )


def get_displayed_status(registration: Registration, now: datetime) -> RegistrationStatus:
    """Return the status to show: expired for an offer past its expiry, else the stored one."""
    expired = is_offer_expired(registration, now)
    return RegistrationStatus.OFFER_EXPIRED if expired else RegistrationStatus(registration.status)


def list_siblings(session: Session, registration: Registration, now: datetime) -> list[SiblingSeminar]:
    """Return the other seminars of the activity that are coming or that the person is registered for."""
    return [
        SiblingSeminar(seminar, token, is_registration_open(seminar, now))
        for seminar, token in list_siblings_with_tokens(session, registration, now)
    ]


def load_progress(session: Session, registration: Registration, now: datetime) -> CertificateProgress:
    """Return attendance, surveys, eligibility and certificates of a registered person."""
    surviving_ids = map_surviving_registrations(session, registration.seminar)
    summaries = summarize_attendance(session, registration.seminar, [registration], now, surviving_ids)
    attendance = summaries[registration.id]
    surveys = list_assigned_surveys(session, registration, attendance, now, surviving_ids)
    before = tuple(assigned for assigned in surveys if assigned.survey.purpose == SurveyPurpose.PRE_TEST)
    certificates = list_certificates_of_registrations(session, [registration])
    certificate = pick_valid_certificate(certificates)
    return CertificateProgress(
        eligibility=assess_registration(
            session, registration, attendance, has_answered_satisfaction_survey(surveys, registration), now
        ),
        surveys_before=before,
        surveys_after=tuple(assigned for assigned in surveys if assigned not in before),
        certificate=certificate,
        is_expired=certificate is not None and has_expired(certificate, now),
        revoked_certificate=pick_revoked_certificate(certificates),
    )


def has_answered_satisfaction_survey(surveys: list[AssignedSurvey], registration: Registration) -> bool:
    """Return whether the satisfaction survey of the person's own seminar is answered."""
    return any(
        assigned.status == SurveyStatus.ANSWERED
        and assigned.survey.number == SATISFACTION_SURVEY_NUMBER
        and assigned.survey.seminar_id == registration.seminar_id
        for assigned in surveys
    )
