"""What the packages store about the registrations of one person, loaded at once for all of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from trainer.attendance.ledger import (
    AttendanceKey,
    SessionAttendance,
    load_attendance_of_people,
    map_signature_times,
)
from trainer.issuing.eligibility import map_exceptions_by_registration
from trainer.issuing.models import EligibilityException, IssuedCertificate
from trainer.issuing.register import list_certificates_of_registrations
from trainer.language.choice import get_page_language
from trainer.registration.consent import list_consents
from trainer.registration.form.answers import map_registration_answers
from trainer.registration.models import Consent, Registration
from trainer.surveys.answering.drafts import list_survey_drafts
from trainer.surveys.models import SurveyDraft, SurveyResponse, SurveyVersion
from trainer.surveys.responses import list_registration_responses
from trainer.surveys.scores.scores import map_percents_of_people

Item = TypeVar("Item")
SurveyAnswers = tuple[SurveyVersion, dict[str, Any]]
"""The version of a survey and the answers to it by question key."""


@dataclass(frozen=True)
class StoredRecords:
    """Records by registration id; attendance and signatures by registration id and session id."""

    form_answers: dict[int, list[tuple[str, str]]]
    """Questions of the registration form and the answers, as texts in the page's language."""
    consents: dict[int, list[Consent]]
    attendance: dict[AttendanceKey, SessionAttendance]
    signature_times: dict[AttendanceKey, datetime]
    survey_answers: dict[int, list[SurveyAnswers]]
    """The submitted ones, then those of drafts."""
    test_percents: dict[int, int]
    exceptions: dict[int, EligibilityException]
    certificates: dict[int, list[IssuedCertificate]]


def load_stored_records(session: Session, registrations: Sequence[Registration]) -> StoredRecords:
    """Return the records of some registrations; the number of queries does not grow with them."""
    seminars = [registration.seminar for registration in registrations]
    answered: list[SurveyResponse | SurveyDraft] = [
        *list_registration_responses(session, registrations),
        *list_survey_drafts(session, registrations),
    ]
    certificates = list_certificates_of_registrations(session, registrations)
    return StoredRecords(
        form_answers=map_registration_answers(session, registrations, get_page_language()),
        consents=group_by_id((consent.registration_id, consent) for consent in list_consents(session, registrations)),
        attendance=load_attendance_of_people(session, seminars, registrations),
        signature_times=map_signature_times(session, registrations),
        survey_answers=group_by_id((each.registration_id, (each.version, each.answers)) for each in answered),
        test_percents=map_percents_of_people(session, registrations),
        exceptions=map_exceptions_by_registration(session, registrations),
        certificates=group_by_id((issued.registration_id or 0, issued) for issued in certificates),
    )


def group_by_id(pairs: Iterable[tuple[int, Item]]) -> dict[int, list[Item]]:
    """Return items by the id beside them, in the same order."""
    groups: dict[int, list[Item]] = defaultdict(list)
    for id_, item in pairs:
        groups[id_].append(item)
    return groups
