"""Anonymity: after closing, neither the database files nor its log nor our log link answers to people."""

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
ON_POSTGRESQL = pytest.mark.parametrize("deployment", ["postgresql"], indirect=True)  # needs several writers at a time


@pytest.fixture
def attendees(session: Session, past_seminar: Seminar) -> list[Registration]:
    """Return seventeen registrations that attended."""
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
    """Return an anonymous survey."""
    anonymous_survey = make_survey(session, past_seminar, (OVERALL_QUESTION, SAYING_QUESTION), anonymous=True)
    session.commit()
    return anonymous_survey


def build_saying(number: int) -> str:
    """Return the text that a person writes, recognisable in any file."""
    return f"saying-of-{number:02}-person"


def record_responses_one_by_one(session: Session, survey: Survey, people: list[Registration]) -> None:
    """Record a response of each person, each in its own transaction."""
    for number, registration in enumerate(people):
        record_response(session, survey, registration, {"overall": 5, "saying": build_saying(number)}, "kk", NOON)
        session.commit()


def run_worker_once(app: Flask) -> None:
    """Run the background jobs once."""
    assert run_jobs_once(app, build_jobs(app.extensions["settings"]))


def find_saying_order(content: bytes | str) -> list[int]:
    """Return the numbers of the persons whose texts occur in a file or page, in order of first occurrence."""
    numbers = re.findall(
        r"saying-of-(\d\d)-person", content.decode("latin-1") if isinstance(content, bytes) else content
    )
    return list(dict.fromkeys(int(number) for number in numbers))


def test_an_open_survey_reveals_only_who_has_answered(
    session: Session, survey: Survey, attendees: list[Registration]
) -> None:
    record_responses_one_by_one(session, survey, attendees[:3])
    assert list_respondent_ids(session, survey) == {registration.id for registration in attendees[:3]}
    assert list_all_answers(session, survey) == []
    with pytest.raises(SurveyAlreadyAnswered):
        record_response(session, survey, attendees[0], {"overall": 1}, "kk", NOON)


def test_no_column_links_a_response_to_a_person_or_a_time(session: Session) -> None:
    for table in (Ballot, AnonymousResponse):
        columns = set(table.__table__.columns.keys())
        assert columns == {"id", "survey_id", "version_id", "answers", "on_paper"}
        targets = {key.column.table.name for key in table.__table__.foreign_keys}
        assert targets == {"survey", "survey_version"}
    assert set(SurveyParticipation.__table__.columns.keys()) == {"survey_id", "registration_id"}


def test_a_closed_anonymous_survey_takes_no_response_not_even_from_paper(
    session: Session, survey: Survey, attendees: list[Registration]
) -> None:
    close_survey(session, survey, NOON)
    for on_paper in (False, True):
        with pytest.raises(SurveyClosed):
            record_response(session, survey, attendees[0], {"overall": 5}, "kk", NOON, on_paper=on_paper)


def test_after_closing_nothing_links_seventeen_people_to_their_answers(
    app: Flask,
    session: Session,
    survey: Survey,
    attendees: list[Registration],
    caplog: pytest.LogCaptureFixture,
    clock: time_machine.Traveller,
) -> None:
    caplog.set_level(logging.DEBUG)
    survey.closes_at = NOON + timedelta(days=1)
    record_responses_one_by_one(session, survey, attendees)
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
    assert find_saying_order(str(answers)) != everybody  # one order of 17!, so not by chance
    registration_ids = [row["registration_id"] for row in list_table_rows(session, "survey_participation")]
    assert sorted(registration_ids) == sorted(registration.id for registration in attendees)
    assert_no_order_is_left(app, session, everybody)
    assert find_saying_order(caplog.text) == []


def list_table_rows(session: Session, table: str) -> list[dict[str, Any]]:
    """Return all rows of a table in storage order."""
    rows = [dict(row) for row in session.execute(text(f"SELECT * FROM {table}")).mappings()]
    session.rollback()
    return rows


def assert_no_order_is_left(app: Flask, session: Session, everybody: list[int]) -> None:
    """Assert that the database does not hold the texts in the order of answering."""
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


def test_the_check_fails_before_the_write_history_is_erased(
    app: Flask, session: Session, survey: Survey, attendees: list[Registration]
) -> None:
    record_responses_one_by_one(session, survey, attendees)
    close_survey(session, survey, NOON)
    session.commit()
    with pytest.raises(AssertionError):
        assert_no_order_is_left(app, session, list(range(PEOPLE_COUNT)))
    session.rollback()
    with app.app_context():
        erase_write_history(db.engine)
    assert_no_order_is_left(app, session, list(range(PEOPLE_COUNT)))


def test_a_survey_with_names_closes_at_its_time_and_is_shown_at_once(
    app: Flask, session: Session, past_seminar: Seminar, attendees: list[Registration], clock: time_machine.Traveller
) -> None:
    named = make_survey(session, past_seminar, (OVERALL_QUESTION,), closes_at=NOON + timedelta(hours=1))
    record_response(session, named, attendees[0], {"overall": 4}, "kk", NOON)
    session.commit()
    assert list_all_answers(session, named) == [{"overall": 4}]
    clock.shift(timedelta(hours=1))
    session.rollback()
    run_worker_once(app)
    session.expire_all()
    assert named.closed_at == NOON + timedelta(hours=1)
    with pytest.raises(SurveyClosed):
        record_response(session, named, attendees[1], {"overall": 5}, "kk", NOON + timedelta(hours=2))


@ON_POSTGRESQL
def test_sealing_waits_for_a_response_to_another_survey_and_loses_none(
    app: Flask, session: Session, past_seminar: Seminar, survey: Survey, attendees: list[Registration]
) -> None:
    other = make_survey(session, past_seminar, (OVERALL_QUESTION,), number=3, anonymous=True)
    record_responses_one_by_one(session, survey, attendees[:3])
    close_survey(session, survey, NOON)
    session.commit()
    record_response(session, other, attendees[0], {"overall": 5}, "kk", NOON)  # not committed yet
    assert not try_erase_write_history(app)
    session.commit()
    assert try_erase_write_history(app)
    assert list_respondent_ids(session, other) == {attendees[0].id}


@ON_POSTGRESQL
def test_sealing_locks_no_table_while_it_waits_for_another(
    app: Flask, session: Session, past_seminar: Seminar, survey: Survey, attendees: list[Registration]
) -> None:
    has_answered_survey(session, survey, attendees[0])  # the first step of answering
    with ThreadPoolExecutor(1) as threads:
        sealing = threads.submit(try_erase_write_history, app)
        time.sleep(0.1)
        record_response(session, survey, attendees[0], {"overall": 5}, "kk", NOON)
        session.commit()
        sealing.result()
    assert list_respondent_ids(session, survey) == {attendees[0].id}


def try_erase_write_history(app: Flask) -> bool:
    """Erase the write history on another connection; return False if the database was busy."""
    with app.app_context():
        try:
            erase_write_history(db.engine)
        except DatabaseBusy:
            return False
    return True


def test_no_table_refers_to_ballots_or_anonymous_responses(session: Session) -> None:
    """A new table that refers to ballots or anonymous responses needs a review of anonymity."""
    leading = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in ("anonymous_slip", "anonymous_response")
    }
    assert leading == set()
    assert session.scalars(select(AnonymousResponse)).all() == []
