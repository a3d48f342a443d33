"""Everything that is kept about a person, from every room.

`exported` gives it as the JSON of `my-data.json`: an object for each class below with its fields as keys. Moments are ISO 8601
in UTC, texts in several languages are in the language of the page, and codes (states, purposes, channels) are those of the tables.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from trainer.attendance.ledger import signed_at, standings
from trainer.attendance.models import Status
from trainer.issuing.eligibility import exceptions
from trainer.issuing.register import ever_issued
from trainer.language.choice import language
from trainer.messages.recipient import messages_of
from trainer.people.models import Person
from trainer.registration.form.questions import answers_of
from trainer.registration.models import Registration
from trainer.registration.self_service.erasure import all_registrations_of
from trainer.surveys.answering.drafts import drafts_of
from trainer.surveys.answering.wording import answer_in_words
from trainer.surveys.responses import questions_of, responses_of
from trainer.surveys.scores.scores import percents_of


@dataclass(frozen=True)
class Told:
    """A question and the answer to it, in words."""

    question: str
    answer: str


@dataclass(frozen=True)
class KeptConsent:
    """A consent: its words, when it was given and from which address, when it was taken back."""

    purpose: str
    version: str
    language: str
    text: str
    given_at: datetime
    address: str
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class KeptAttendance:
    """A session, and how the person was marked in it; no status where nobody marked or marks disagree."""

    session: str
    starts_at: datetime
    status: str | None
    signed_at: datetime | None


@dataclass(frozen=True)
class KeptCertificate:
    """A certificate of the register."""

    serial: str
    recipient: str
    issued_on: date
    expires_on: date | None
    state: str


@dataclass(frozen=True)
class KeptRegistration:
    """A registration with all that hangs on it."""

    seminar: str
    days: list[date]
    state: str
    state_since: datetime
    registered_at: datetime
    queue_number: int | None
    offer_until: datetime | None
    pass_code: str
    answers: list[Told]
    consents: list[KeptConsent]
    attendance: list[KeptAttendance]
    survey: list[Told]
    test_percent: int | None
    exception: str | None
    certificates: list[KeptCertificate]


@dataclass(frozen=True)
class KeptMessage:
    """A message that was written to the person."""

    kind: str
    channel: str
    address: str
    subject: str
    body: str
    state: str
    written_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class KeptPerson:
    """Who the person is and how to reach them."""

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
class MyData:
    """Everything that is kept about a person."""

    made_at: datetime
    person: KeptPerson
    registrations: list[KeptRegistration]
    messages: list[KeptMessage]


def collect(session: Session, person: Person, now: datetime) -> MyData:
    """Gather everything that is kept about a person."""
    return MyData(
        made_at=now,
        person=kept_person(person),
        registrations=[kept_registration(session, each) for each in all_registrations_of(session, person)],
        messages=[
            KeptMessage(
                each.kind,
                each.channel,
                each.address,
                each.subject,
                each.body,
                each.state,
                each.created_at,
                each.sent_at,
            )
            for each in messages_of(session, person)
        ],
    )


def kept_person(person: Person) -> KeptPerson:
    """Give who a person is."""
    return KeptPerson(
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


def kept_registration(session: Session, registration: Registration) -> KeptRegistration:
    """Give a registration with what every room keeps about it."""
    seminar = registration.seminar
    exception = exceptions(session, seminar).get(registration.id)
    return KeptRegistration(
        seminar=seminar.title.to(language()),
        days=seminar.days,
        state=registration.state,
        state_since=registration.state_since,
        registered_at=registration.created_at,
        queue_number=registration.queue_number,
        offer_until=registration.offer_until,
        pass_code=registration.pass_code,
        answers=[Told(question, answer) for question, answer in answers_of(session, registration, language())],
        consents=kept_consents(registration),
        attendance=kept_attendance(session, registration),
        survey=kept_survey(session, registration),
        test_percent=percents_of(session, seminar).get(registration.id),
        exception=exception.reason if exception else None,
        certificates=[
            KeptCertificate(each.serial, each.recipient, each.issued_on, each.expires_on, each.state)
            for each in ever_issued(session, [registration])
        ],
    )


def kept_consents(registration: Registration) -> list[KeptConsent]:
    """Give the consents of a registration with their words."""
    given = sorted(registration.consents, key=lambda each: (each.given_at, each.id))
    return [
        KeptConsent(
            each.text.purpose,
            each.text.version,
            each.text.language,
            each.text.body,
            each.given_at,
            each.address,
            each.withdrawn_at,
        )
        for each in given
    ]


def kept_attendance(session: Session, registration: Registration) -> list[KeptAttendance]:
    """Give how somebody was marked in each session of a seminar, leaving out those in which nobody was."""
    known = standings(session, registration.seminar)
    signed = signed_at(session, registration)
    found = []
    for each in registration.seminar.sessions:
        standing = known.get((registration.id, each.id))
        if standing is not None or each.id in signed:
            status: Status | None = standing.status if standing else None
            found.append(KeptAttendance(each.title.to(language()), each.starts_at, status, signed.get(each.id)))
    return found


def kept_survey(session: Session, registration: Registration) -> list[Told]:
    """Give what somebody answered to surveys under their name, sent or not yet, in words."""
    sent = [(each.version, each.answers) for each in responses_of(session, registration)]
    return [
        Told(question.text.to(language()), answer_in_words(question, answers[question.key]))
        for version, answers in (*sent, *drafts_of(session, registration))
        for question in questions_of(version)
        if question.key in answers
    ]


def exported(data: MyData) -> dict[str, Any]:
    """Give the data as plain values for JSON."""
    return {key: plain(value) for key, value in asdict(data).items()}


def plain(value: Any) -> Any:
    """Write moments and days as text, whatever holds them."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
