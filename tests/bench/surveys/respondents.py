"""Many people who answered an identified and an anonymous survey of a seminar, inserted straight into the tables."""

import random
import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session

from tests.bench.attendance.marking_data import build_person_row, build_registration_row
from tests.factories import create_project, create_seminar
from tests.surveys.survey_factories import make_survey
from trainer.attendance.ledger import generate_mark_id
from trainer.attendance.models import AttendanceMark
from trainer.clock import now
from trainer.people.models import Person
from trainer.registration.models import Registration
from trainer.surveys.models import AnonymousResponse, Survey, SurveyParticipation, SurveyResponse

NAMED, ANONYMOUS = 2, 3
SAID = "Тәжірибелік сабаққа көбірек уақыт керек: екі рет қана үлгердік."


def fill_database(database: str, size: int) -> int:
    """Fill an empty database with so many people and return the seminar's id."""
    engine = create_engine(database)
    with Session(engine) as session:
        seminar = create_seminar(session, create_project(session), now() - timedelta(hours=8), capacity=size)
        ids = list(
            session.scalars(insert(Person).returning(Person.id), [build_person_row(number) for number in range(size)])
        )
        rows = [build_registration_row(seminar.id, each) for each in ids]
        people = list(session.scalars(insert(Registration).returning(Registration.id), rows))
        session.execute(
            insert(AttendanceMark), [build_mark_row(who, each.id) for each in seminar.sessions for who in people]
        )
        surveys = [
            make_survey(session, seminar, number=NAMED),
            make_survey(session, seminar, number=ANONYMOUS, anonymous=True, closed_at=now(), sealed_at=now()),
        ]
        for survey in surveys:
            insert_responses(session, survey, people)
        found = seminar.id
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()
    return found


def insert_responses(session: Session, survey: Survey, people: list[int]) -> None:
    """Insert everybody's responses to a survey."""
    chance = random.Random(survey.number)
    own: dict[str, Any] = {"survey_id": survey.id, "version_id": survey.current_version.id, "on_paper": False}
    session.execute(insert(SurveyParticipation), [{"survey_id": survey.id, "registration_id": each} for each in people])
    if survey.anonymous:
        rows = [own | {"id": uuid.uuid4(), "answers": build_answers(chance)} for _each in people]
        session.execute(insert(AnonymousResponse), rows)
        return
    more = {"language": "kk", "answered_at": now(), "entered_by_id": None}
    rows = [own | more | {"registration_id": each, "answers": build_answers(chance)} for each in people]
    session.execute(insert(SurveyResponse), rows)


def build_answers(chance: random.Random) -> dict[str, Any]:
    """Return one person's answers to a question of every kind."""
    return {
        "overall": chance.randint(1, 5),
        "useful": chance.randint(1, 5),
        "work": chance.choice(["ward", "home", "other"]),
        "tools": chance.sample(["board", "chair", "lift"], 2),
        "trainers": {"first": chance.randint(1, 5), "second": chance.randint(1, 5)},
        "recommend": chance.randint(0, 10),
        "years": chance.randint(0, 40),
        "again": chance.random() < 0.9,
        "city": "Ақтау",
        "missing": SAID,
    }


def build_mark_row(registration_id: int, session_id: int) -> dict[str, Any]:
    """Return the row of a mark."""
    made = {"id": generate_mark_id(now()), "registration_id": registration_id, "session_id": session_id, "after": None}
    rest = {"status": "present", "decides": False, "skew": 0, "source": "tap", "user_id": None, "device_id": None}
    return made | rest | {"made_at": now(), "received_at": now()}
