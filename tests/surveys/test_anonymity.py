"""The promise of an anonymous survey: after closing, the raw database, its log and our own log can't pair answers with people."""

import logging
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, mark_sessions, register_person
from tests.surveys.survey_factories import OVERALL_QUESTION, make_survey, make_text
from trainer import build_jobs
from trainer.attendance.models import AttendanceStatus
from trainer.base import Base
from trainer.extensions import db
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.anonymity import DatabaseBusy, close_survey, erase_write_history
from trainer.surveys.answers import list_all_answers
from trainer.surveys.models import AnonymousResponse, Ballot, Survey, SurveyParticipation
from trainer.surveys.questions.model import SurveyQuestion, SurveyQuestionKind
from trainer.surveys.responses import SurveyAlreadyAnswered, has_answered_survey, list_respondent_ids, record_response
from trainer.surveys.schedule import SurveyClosed
from trainer.tasks import run_jobs_once

SAYING_QUESTION = SurveyQuestion("saying", SurveyQuestionKind.TEXT, make_text("saying"))
PEOPLE_COUNT = 17
ON_POSTGRESQL = pytest.mark.parametrize("deployment", ["postgresql"], indirect=True)  # where several write at a time


@pytest.fixture
def hall(session: Session, past_seminar: Seminar) -> list[Registration]:
    """Seventeen people who were there."""
    past_seminar.capacity = PEOPLE_COUNT
    people = [
        register_person(
            session, past_seminar, AIGUL, surname="Сейіт" + "абвгғдежзийкқлмнң"[index], phone=f"+770155502{index:02}"
        )
        for index in range(PEOPLE_COUNT)
    ]
    for registration in people:
        mark_sessions(session, registration, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    session.commit()
    return people


@pytest.fixture
def survey(session: Session, past_seminar: Seminar) -> Survey:
    """An anonymous survey."""
    anonymous_survey = make_survey(session, past_seminar, (OVERALL_QUESTION, SAYING_QUESTION), anonymous=True)
    session.commit()
    return anonymous_survey


def build_saying(number: int) -> str:
    """What the person with this number says, to be recognised in any file."""
    return f"saying-of-{number:02}-person"


def record_responses_one_by_one(session: Session, survey: Survey, people: list[Registration]) -> None:
    """Let people answer one after the other, each in a transaction of its own."""
    for number, registration in enumerate(people):
        record_response(session, survey, registration, {"overall": 5, "saying": build_saying(number)}, "kk", NOON)
        session.commit()


def run_worker_once(app: Flask) -> None:
    """Run the worker once."""
    assert run_jobs_once(app, build_jobs(app.extensions["settings"]))


def find_saying_order(content: bytes | str) -> list[int]:
    """Whose sayings stand in a file or an answer, in which order, the first time each."""
    numbers = re.findall(
        r"saying-of-(\d\d)-person", content.decode("latin-1") if isinstance(content, bytes) else content
    )
    return list(dict.fromkeys(int(number) for number in numbers))


def test_while_it_is_open_only_that_somebody_answered_can_be_seen(
    session: Session, survey: Survey, hall: list[Registration]
) -> None:
    record_responses_one_by_one(session, survey, hall[:3])
    assert list_respondent_ids(session, survey) == {registration.id for registration in hall[:3]}
    assert list_all_answers(session, survey) == []
    with pytest.raises(SurveyAlreadyAnswered):
        record_response(session, survey, hall[0], {"overall": 1}, "kk", NOON)


def test_no_table_leads_from_a_response_to_a_person_or_a_time(session: Session) -> None:
    for table in (Ballot, AnonymousResponse):
        columns = set(table.__table__.columns.keys())
        assert columns == {"id", "survey_id", "version_id", "answers", "on_paper"}
        targets = {key.column.table.name for key in table.__table__.foreign_keys}
        assert targets == {"survey", "survey_version"}
    assert set(SurveyParticipation.__table__.columns.keys()) == {"survey_id", "registration_id"}


def test_a_closed_survey_takes_no_answer_not_even_from_paper(
    session: Session, survey: Survey, hall: list[Registration]
) -> None:
    close_survey(session, survey, NOON)
    for on_paper in (False, True):
        with pytest.raises(SurveyClosed):
            record_response(session, survey, hall[0], {"overall": 5}, "kk", NOON, on_paper=on_paper)


def test_after_closing_nothing_pairs_seventeen_people_with_their_answers(
    app: Flask,
    session: Session,
    survey: Survey,
    hall: list[Registration],
    caplog: pytest.LogCaptureFixture,
    clock: time_machine.Traveller,
) -> None:
    caplog.set_level(logging.DEBUG)
    survey.closes_at = NOON + timedelta(days=1)
    record_responses_one_by_one(session, survey, hall)
    before = list_table_rows(session, "anonymous_slip")
    clock.shift(timedelta(days=2))
    session.rollback()
    run_worker_once(app)
    session.expire_all()
    assert survey.sealed_at is not None
    everybody = list(range(PEOPLE_COUNT))
    assert sorted(find_saying_order(str(list_all_answers(session, survey)))) == everybody
    session.rollback()

    answers = list_table_rows(session, "anonymous_response")
    assert len(answers) == PEOPLE_COUNT
    assert not {row["id"] for row in answers} & {row["id"] for row in before}
    assert list_table_rows(session, "anonymous_slip") == []
    assert find_saying_order(str(answers)) != everybody  # 17! orders: by chance never
    registration_ids = [row["registration_id"] for row in list_table_rows(session, "survey_participation")]
    assert sorted(registration_ids) == sorted(registration.id for registration in hall)
    assert_no_order_is_left(app, session, everybody)
    assert find_saying_order(caplog.text) == []


def list_table_rows(session: Session, table: str) -> list[dict[str, Any]]:
    """The rows of a table as they stand."""
    rows = [dict(row) for row in session.execute(text(f"SELECT * FROM {table}")).mappings()]
    session.rollback()
    return rows


def assert_no_order_is_left(app: Flask, session: Session, everybody: list[int]) -> None:
    """Look where a database remembers the order in which rows came."""
    settings = app.extensions["settings"]
    if settings.uses_sqlite:
        session.close()
        for path in (Path(settings.instance) / name for name in ("trainer.db", "trainer.db-wal", "trainer.db-journal")):
            order = find_saying_order(path.read_bytes()) if path.exists() else []
            assert path.name == "trainer.db" or not order, path.name
            assert order != everybody, f"{path.name} holds the slips in the order in which they came"
        content = (Path(settings.instance) / "trainer.db").read_bytes()
        assert all(content.count(build_saying(number).encode()) == 1 for number in everybody), (
            "a slip is still in the file"
        )
        return
    for table in ("anonymous_response", "survey_participation"):
        statement = f"SELECT count(DISTINCT xmin::text) FROM {table}"
        assert session.scalar(text(statement)) == 1, f"transactions tell the rows of {table} apart"
    session.rollback()
    assert session.scalar(text("SELECT pg_relation_size('anonymous_slip')")) == 0
    session.rollback()


def test_the_check_bites_without_the_forgetting(
    app: Flask, session: Session, survey: Survey, hall: list[Registration]
) -> None:
    record_responses_one_by_one(session, survey, hall)
    close_survey(session, survey, NOON)
    session.commit()
    with pytest.raises(AssertionError):
        assert_no_order_is_left(app, session, list(range(PEOPLE_COUNT)))
    session.rollback()
    with app.app_context():
        erase_write_history(db.engine)
    assert_no_order_is_left(app, session, list(range(PEOPLE_COUNT)))


def test_a_survey_of_names_is_closed_by_its_date_and_shown_at_once(
    app: Flask, session: Session, past_seminar: Seminar, hall: list[Registration], clock: time_machine.Traveller
) -> None:
    named = make_survey(session, past_seminar, (OVERALL_QUESTION,), closes_at=NOON + timedelta(hours=1))
    record_response(session, named, hall[0], {"overall": 4}, "kk", NOON)
    session.commit()
    assert list_all_answers(session, named) == [{"overall": 4}]
    clock.shift(timedelta(hours=1))
    session.rollback()
    run_worker_once(app)
    session.expire_all()
    assert named.closed_at == NOON + timedelta(hours=1)
    with pytest.raises(SurveyClosed):
        record_response(session, named, hall[1], {"overall": 5}, "kk", NOON + timedelta(hours=2))


@ON_POSTGRESQL
def test_sealing_waits_for_who_is_answering_another_survey_and_never_costs_an_answer(
    app: Flask, session: Session, past_seminar: Seminar, survey: Survey, hall: list[Registration]
) -> None:
    other = make_survey(session, past_seminar, (OVERALL_QUESTION,), number=3, anonymous=True)
    record_responses_one_by_one(session, survey, hall[:3])
    close_survey(session, survey, NOON)
    session.commit()
    record_response(session, other, hall[0], {"overall": 5}, "kk", NOON)  # not committed yet
    assert not try_erase_write_history(app)
    session.commit()
    assert try_erase_write_history(app)
    assert list_respondent_ids(session, other) == {hall[0].id}


@ON_POSTGRESQL
def test_sealing_takes_no_table_while_it_waits_for_another(
    app: Flask, session: Session, past_seminar: Seminar, survey: Survey, hall: list[Registration]
) -> None:
    has_answered_survey(
        session, survey, hall[0]
    )  # somebody looks whether this person has answered, the first step of answering
    with ThreadPoolExecutor(1) as threads:
        sealing = threads.submit(try_erase_write_history, app)
        time.sleep(0.1)
        record_response(session, survey, hall[0], {"overall": 5}, "kk", NOON)
        session.commit()
        sealing.result()
    assert list_respondent_ids(session, survey) == {hall[0].id}


def try_erase_write_history(app: Flask) -> bool:
    """Let the worker forget the past on a connection of its own; whether it could."""
    with app.app_context():
        try:
            erase_write_history(db.engine)
        except DatabaseBusy:
            return False
    return True


def test_every_table_that_knows_people_is_known_to_this_test(session: Session) -> None:
    """A new table that leads to slips or responses has to be thought about here."""
    leading = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in ("anonymous_slip", "anonymous_response")
    }
    assert leading == set()
    assert session.scalars(select(AnonymousResponse)).all() == []
