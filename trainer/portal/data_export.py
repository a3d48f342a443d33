"""Export of all personal data of a trainee, for the page and the file `my-data.json`.

In the JSON every class below is an object with its fields as keys. Times are ISO 8601 in UTC, translated texts are in
the language of the page, and codes (statuses, purposes, channels) are those of the tables.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from trainer.language.choice import get_page_language
from trainer.messages.models import Message
from trainer.messages.recipient import list_person_messages
from trainer.messages.rendering import MessageText, render_message
from trainer.people.models import Person
from trainer.portal.stored_records import StoredRecords, load_stored_records
from trainer.registration.models import Consent, Registration
from trainer.registration.self_service.erasure import list_registrations_of_person
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.questions.labels import format_survey_answer


@dataclass(frozen=True)
class AnswerExport:
    """A question and its answer in words."""

    question: str
    answer: str


@dataclass(frozen=True)
class ConsentExport:
    """A consent: its text, when and from which IP address it was given, when it was withdrawn."""

    purpose: str
    version: str
    language: str
    text: str
    given_at: datetime
    address: str
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class AttendanceExport:
    """A session and the attendance recorded for it; no status if nothing is recorded or marks conflict."""

    session: str
    starts_at: datetime
    status: str | None
    signed_at: datetime | None


@dataclass(frozen=True)
class CertificateExport:
    """A certificate of the register."""

    serial: str
    recipient: str
    issued_on: date
    expires_on: date | None
    state: str


@dataclass(frozen=True)
class RegistrationExport:
    """A registration with its consents, attendance, answers and certificates."""

    seminar: str
    days: list[date]
    state: str
    state_since: datetime
    registered_at: datetime
    queue_number: int | None
    offer_until: datetime | None
    pass_code: str
    answers: list[AnswerExport]
    consents: list[ConsentExport]
    attendance: list[AttendanceExport]
    survey: list[AnswerExport]
    test_percent: int | None
    exception: str | None
    certificates: list[CertificateExport]


@dataclass(frozen=True)
class MessageExport:
    """A message to the person."""

    kind: str
    channel: str
    address: str
    subject: str
    body: str
    state: str
    written_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class PersonExport:
    """Name, contacts and workplace of the person."""

    surname: str
    given_name: str
    patronymic: str
    name_on_certificates: str
    name_confirmed_at: datetime | None
    phone: str
    email: str
    language: str
    workplace: str
    position: str
    known_since: datetime
    erasure_requested_at: datetime | None


@dataclass(frozen=True)
class PersonalDataExport:
    """All personal data of one trainee."""

    made_at: datetime
    person: PersonExport
    registrations: list[RegistrationExport]
    messages: list[MessageExport]


def collect_personal_data(session: Session, person: Person, now: datetime) -> PersonalDataExport:
    """Return all data stored about a person; the number of queries grows only with the messages that are still queued."""
    registrations = list_registrations_of_person(session, person)
    records = load_stored_records(session, registrations)
    return PersonalDataExport(
        made_at=now,
        person=build_person_export(person),
        registrations=[build_registration_export(registration, records) for registration in registrations],
        messages=[build_message_export(session, message, now) for message in list_person_messages(session, person)],
    )


def build_message_export(session: Session, message: Message, now: datetime) -> MessageExport:
    """Return a message with the text that was sent, or that would be sent now; no text if it no longer applies."""
    text = render_message(session, message, now) or MessageText("", "", message.language)
    return MessageExport(
        message.kind,
        message.channel,
        message.address,
        text.subject,
        text.body,
        message.status,
        message.created_at,
        message.sent_at,
    )


def build_person_export(person: Person) -> PersonExport:
    """Return name, contacts and workplace of a person."""
    return PersonExport(
        surname=person.surname,
        given_name=person.given_name,
        patronymic=person.patronymic,
        name_on_certificates=person.printed_name,
        name_confirmed_at=person.name_confirmed_at,
        phone=person.phone,
        email=person.email,
        language=person.language,
        workplace=person.workplace,
        position=person.position,
        known_since=person.created_at,
        erasure_requested_at=person.erasure_requested_at,
    )


def build_registration_export(registration: Registration, records: StoredRecords) -> RegistrationExport:
    """Return a registration with everything stored about it."""
    exception = records.exceptions.get(registration.id)
    return RegistrationExport(
        seminar=registration.seminar.title.get_text(get_page_language()),
        days=registration.seminar.days,
        state=registration.status,
        state_since=registration.status_since,
        registered_at=registration.created_at,
        queue_number=registration.queue_number,
        offer_until=registration.offer_ends_at,
        pass_code=registration.pass_code,
        answers=[AnswerExport(question, answer) for question, answer in records.form_answers[registration.id]],
        consents=[build_consent_export(consent) for consent in records.consents.get(registration.id, [])],
        attendance=list_attendance_exports(registration, records),
        survey=[
            AnswerExport(
                question.text.get_text(get_page_language()), format_survey_answer(question, answers[question.key])
            )
            for version, answers in records.survey_answers.get(registration.id, [])
            for question in list_version_questions(version)
            if question.key in answers
        ],
        test_percent=records.test_percents.get(registration.id),
        exception=exception.reason if exception else None,
        certificates=[
            CertificateExport(issued.serial, issued.recipient, issued.issued_on, issued.expires_on, issued.status)
            for issued in records.certificates.get(registration.id, [])
        ],
    )


def build_consent_export(consent: Consent) -> ConsentExport:
    """Return a consent with its text."""
    return ConsentExport(
        consent.text.purpose,
        consent.text.version,
        consent.text.language,
        consent.text.body,
        consent.given_at,
        consent.ip_address,
        consent.withdrawn_at,
    )


def list_attendance_exports(registration: Registration, records: StoredRecords) -> list[AttendanceExport]:
    """Return the sessions of the seminar for which a mark or a signature of the person exists."""
    exports = []
    for seminar_session in registration.seminar.sessions:
        key = registration.id, seminar_session.id
        attendance, signed_at = records.attendance.get(key), records.signature_times.get(key)
        if attendance is not None or signed_at is not None:
            exports.append(
                AttendanceExport(
                    seminar_session.title.get_text(get_page_language()),
                    seminar_session.starts_at,
                    attendance.status if attendance else None,
                    signed_at,
                )
            )
    return exports


def convert_export_to_json(data: PersonalDataExport) -> dict[str, Any]:
    """Return the export as plain values that JSON can represent."""
    return {key: convert_value_to_json(value) for key, value in asdict(data).items()}


def convert_value_to_json(value: Any) -> Any:
    """Return a value with all dates and times replaced by ISO 8601 text, recursively."""
    if isinstance(value, dict):
        return {key: convert_value_to_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [convert_value_to_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
