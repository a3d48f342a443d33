"""A project with many seminars, some of them with thousands of people, inserted straight into the tables.

A crowded seminar was held today: two sessions with marks, surveys of every purpose with responses, test scores, messages,
and certificates for half of its people.
"""

import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import product
from typing import Any

from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from certificates import build_serial, create_code
from tests import databases
from tests.bench.attendance.marking_data import build_registration_row
from tests.bench.surveys.respondents import build_answers, build_mark_row
from tests.bench.verification.registers import FACTS
from tests.factories import create_project, create_seminar, issue_to_eligible, register_eligible_person
from tests.registration.announcements.factories import create_announcement
from tests.route_data import STEP_QUESTION, TEST_QUESTION
from tests.surveys.survey_factories import make_survey
from tests.visitor import sign_in_organizer
from trainer import create_app
from trainer.attendance.models import AttendanceMark
from trainer.clock import now
from trainer.issuing.models import IssuedCertificate
from trainer.language.translated import Translated
from trainer.messages.models import Message
from trainer.people.models import Person
from trainer.projects.models import Project
from trainer.registration.consent import build_personal_data_wording, get_or_create_consent_text
from trainer.registration.models import Consent, Registration, RegistrationStatus
from trainer.registration.notifications.knowledge import get_message_topic
from trainer.seminars.models import Seminar
from trainer.settings import Settings
from trainer.surveys.catalogue import get_satisfaction_survey
from trainer.surveys.models import (
    AnonymousResponse,
    Survey,
    SurveyParticipation,
    SurveyPurpose,
    SurveyResponse,
    TestScore,
)

STEMS = ["Ибрагим", "Өтеген", "Қожахмет", "Жұмабай", "Сейітқұл", "Омар", "Әбдіқадыр", "Тұрсынбек", "Ыбырай", "Нұрпейіс"]
GIVEN_NAMES = ["Данияр", "Айгүл", "Ерлан", "Нұрсұлтан", "Әйгерім", "Ғалия", "Бақытжан", "Сәуле", "Мадина", "Ләззат"]
SURVEYS: dict[str, dict[str, Any]] = {
    "named": {"number": 2},
    "anonymous": {"number": 3, "anonymous": True},
    "checklist": {"number": 4, "purpose": SurveyPurpose.CHECKLIST, "questions": [STEP_QUESTION]},
    "pre-test": {"number": 5, "purpose": SurveyPurpose.PRE_TEST, "questions": [TEST_QUESTION]},
    "post-test": {"number": 6, "purpose": SurveyPurpose.POST_TEST, "questions": [TEST_QUESTION]},
    "draft": {"number": 7, "released": False},
}
"""Surveys of a crowded seminar beside number 1, the satisfaction survey."""


@dataclass(frozen=True)
class CrowdedSeminar:
    """A seminar with many people: numbers and secrets of one of its people who has a certificate."""

    id: int
    slug: str
    people: int
    registration_id: int
    person_id: int
    token: str
    serial: str
    code: str


@dataclass(frozen=True)
class Crowd:
    """What the database was filled with: the crowded seminars by their number of people, and a seminar open for registration."""

    seminars: dict[int, CrowdedSeminar]
    project_id: int
    open_slug: str


def fill_crowd(settings: Settings, crowds: Iterable[int], seminars: int) -> Crowd:
    """Fill an empty database with an organizer and `seminars` seminars, of which some have so many people."""
    app = create_app(build_public_settings(settings))
    with databases.open_session(app) as session:
        project = create_project(session)
        sign_in_organizer(app, session)
        pdf = issue_one_certificate(session, project).pdf_sha256
        crowded = {size: create_crowded_seminar(app, session, project, size, pdf) for size in crowds}
        opened = create_seminar(session, project, now() + timedelta(days=9), slug="open", capacity=500)
        opened.closes_at = now() + timedelta(days=8)
        people = insert_people(session, 30, 1)
        insert_registrations(session, opened, people)
        for number in range(seminars - len(crowded) - 2):
            ordinary = create_seminar(
                session, project, now() - timedelta(days=number + 2), slug=f"ordinary-{number}", capacity=30
            )
            registered = insert_registrations(session, ordinary, people[: 5 + number % 20])
            insert_marks(session, ordinary, registered)
        crowd = Crowd(crowded, project.id, opened.slug)
        session.commit()
        if not settings.uses_sqlite:
            session.connection().exec_driver_sql("ANALYZE")  # as PostgreSQL does by itself within a minute
            session.commit()
    databases.close_connections(app)
    return crowd


def build_public_settings(settings: Settings) -> Settings:
    """Return settings of the same instance behind a public address, which certificates need."""
    keys = {} if settings.uses_sqlite else {"SIGNING_KEY_FILE": str(settings.instance / "keys" / "seal.pem")}
    return databases.build_settings(
        settings.instance, settings.database_url, BASE_URL="https://seminar.example.org", **keys
    )


def issue_one_certificate(session: Session, project: Project) -> IssuedCertificate:
    """Issue a certificate in a seminar of its own, so that there is a file to hand out."""
    seminar = create_seminar(session, project, now() - timedelta(days=1), slug="first")
    register_eligible_person(session, seminar)
    session.commit()
    [certificate] = issue_to_eligible(session, seminar)
    return certificate


def create_crowded_seminar(app: Flask, session: Session, project: Project, size: int, pdf: str) -> CrowdedSeminar:
    """Create a seminar with so many people."""
    title = Translated(f"Күтім негіздері: {size} адам", f"Основы ухода: {size} человек", f"Basics of care: {size}")
    slug = f"crowd-{size}"
    begins = now() - timedelta(hours=8)
    seminar = create_seminar(session, project, begins, slug=slug, title=title, capacity=size, pass_mark=75)
    seminar.opened_at = begins - timedelta(days=30)
    people = insert_people(session, size, size)
    registered = insert_registrations(session, seminar, people)
    with app.app_context():
        text = get_or_create_consent_text(session, build_personal_data_wording(project, "kk"))
    consent = {"text_id": text.id, "given_at": begins, "ip_address": "192.0.2.1"}
    session.execute(insert(Consent), [consent | {"registration_id": each} for each in registered])
    insert_marks(session, seminar, registered)
    insert_all_responses(session, seminar, registered)
    insert_messages(session, seminar, people, registered)
    certificates = insert_certificates(session, seminar, registered[: size // 2], size, pdf)
    holder = session.get_one(Registration, registered[1])
    return CrowdedSeminar(
        seminar.id,
        slug,
        size,
        holder.id,
        holder.person_id,
        holder.token,
        certificates[1]["serial"],
        certificates[1]["code"],
    )


@cache
def list_names() -> list[tuple[str, str, str]]:
    """Return surname, given name and patronymic of 20,000 people, in an order like that of registering."""
    names = [
        (f"{stem}{letter}{ending}", given_name, f"{father}қызы")
        for stem, letter, ending, given_name, father in product(
            STEMS, ("", *"абвгде"), ("ов", "ова", "ұлы"), GIVEN_NAMES, STEMS
        )
    ]
    random.Random(7).shuffle(names)
    return names


def insert_people(session: Session, count: int, series: int) -> list[int]:
    """Insert people and return their ids; no two series have a phone in common."""
    columns = [column.name for column in Person.__table__.columns if column.name != "id"]
    names = list_names()
    rows = []
    for number in range(count):
        surname, given_name, patronymic = names[number % len(names)]
        person = Person(
            surname=surname,
            given_name=given_name,
            patronymic=patronymic,
            phone=f"+770{series % 997:03}{number:05}",
            email=f"person{number}@example.org" if number % 2 else "",
            workplace="Облыстық клиникалық аурухана",
            position="мейіргер",
            language="kk" if number % 3 else "ru",
            created_at=now() - timedelta(days=20),
            certificate_name="",
        )
        rows.append({name: getattr(person, name) for name in columns})
    return list(session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), rows))


def insert_registrations(session: Session, seminar: Seminar, people: list[int]) -> list[int]:
    """Register people and return the ids of the registrations; every 100th has cancelled, every 500th is a likely duplicate."""
    rows = []
    for number, person in enumerate(people):
        status = RegistrationStatus.CANCELLED if number % 100 == 99 else RegistrationStatus.REGISTERED
        duplicate = {"is_likely_duplicate": number % 500 == 400, "calendar_version": 1}
        moment = now() - timedelta(days=20) + timedelta(minutes=number)
        row = {"status": status, "notified_status": status, "created_at": moment, "status_since": moment}
        rows.append(build_registration_row(seminar.id, person) | row | duplicate)
    return list(session.scalars(insert(Registration).returning(Registration.id, sort_by_parameter_order=True), rows))


def insert_marks(session: Session, seminar: Seminar, registered: list[int]) -> None:
    """Mark people in all sessions: 19 of 20 present, the others absent; every 400th has two statuses of one session."""
    rows = []
    for number, registration in enumerate(registered):
        for part in seminar.sessions:
            status = "absent" if number % 20 == 7 else "present"
            rows.append(build_mark_row(registration, part.id) | {"status": status})
        if number % 400 == 300:
            rows.append(build_mark_row(registration, seminar.sessions[0].id) | {"status": "absent"})
    session.execute(insert(AttendanceMark), rows)


def insert_all_responses(session: Session, seminar: Seminar, registered: list[int]) -> None:
    """Insert responses of 9 of 10 people to the surveys of a seminar, and test scores."""
    chance = random.Random(seminar.id)
    answering = [registration for number, registration in enumerate(registered) if number % 10 != 3]
    insert_responses(
        session,
        get_satisfaction_survey(session, seminar),
        [(each, {"overall": chance.randint(2, 5)}) for each in answering],
    )
    for name, attributes in SURVEYS.items():
        survey = make_survey(session, seminar, **attributes)
        if name == "draft":
            continue
        insert_responses(session, survey, [(each, build_response(name, chance)) for each in answering])
        if survey.anonymous:
            survey.closed_at = survey.sealed_at = now()
    score = {"entered_at": now()}
    session.execute(
        insert(TestScore), [score | {"registration_id": each, "percent": chance.randint(70, 100)} for each in answering]
    )


def build_response(name: str, chance: random.Random) -> dict[str, Any]:
    """Return one person's answers to the survey with this name."""
    if name == "checklist":
        return {"step": chance.random() < 0.9}
    if name in ("pre-test", "post-test"):
        return {"item": "yes" if chance.random() < (0.4 if name == "pre-test" else 0.8) else "no"}
    return build_answers(chance)


def insert_responses(session: Session, survey: Survey, responses: list[tuple[int, dict[str, Any]]]) -> None:
    """Insert the answers of registrations to a survey."""
    session.add(survey)
    session.flush()
    own: dict[str, Any] = {"survey_id": survey.id}
    session.execute(insert(SurveyParticipation), [own | {"registration_id": each} for each, _answers in responses])
    own["version_id"] = survey.current_version.id
    if survey.anonymous:
        session.execute(
            insert(AnonymousResponse), [own | {"id": uuid.uuid4(), "answers": answers} for _who, answers in responses]
        )
        return
    own |= {"language": "kk", "answered_at": now(), "on_paper": False}
    session.execute(
        insert(SurveyResponse), [own | {"registration_id": each, "answers": answers} for each, answers in responses]
    )


def insert_messages(session: Session, seminar: Seminar, people: list[int], registered: list[int]) -> None:
    """Insert a sent email or a manual message to everybody, and an announcement of which a tenth is still to be sent by hand."""
    announcement = create_announcement(session, seminar)
    moment = now() - timedelta(days=3)
    own: dict[str, Any] = {"topic": get_message_topic(seminar), "language": "kk", "subject": "", "body": ""}
    own |= {"created_at": moment, "due_at": moment}
    rows = []
    for number, person in enumerate(people):
        base = own | {"person_id": person, "channel": "email" if number % 2 else "hand", "address": "a@example.org"}
        sent = {"status": "sent", "sent_at": moment}
        rows.append(base | sent | {"key": f"registered-{seminar.id}-{person}", "kind": "registered", "batch": ""})
        waits = {"status": "queued", "sent_at": None} if number % 20 == 2 else sent
        batch = {"kind": "announcement", "batch": f"announcement-{announcement.id}"}
        rows.append(base | waits | batch | {"key": f"announcement-{registered[number]}-{announcement.id}"})
    session.execute(insert(Message), rows)


def insert_certificates(
    session: Session, seminar: Seminar, registered: list[int], first: int, pdf: str
) -> list[dict[str, Any]]:
    """Insert certificates with one and the same file and return their rows."""
    rows = []
    for number, registration in enumerate(registered, first * 10):
        rows.append(
            {
                "code": create_code((number * 0x9E3779B97F4A7C15F39C % 2**80).to_bytes(10, "big")),
                "serial": build_serial("TM", 2024, number),
                "prefix": "TM",
                "year": 2024,
                "number": number,
                "status": "valid",
                "registration_id": registration,
                "seminar_id": seminar.id,
                "recipient": "Қожахметова Әйгерім Ғабитқызы",
                "facts": FACTS,
                "issued_on": now().date(),
                "issued_at": now(),
                "qr_text": "",
                "pdf_sha256": pdf,
            }
        )
    session.execute(insert(IssuedCertificate), rows)
    return rows
