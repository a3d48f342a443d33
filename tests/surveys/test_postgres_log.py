"""The write-ahead log of PostgreSQL after an anonymous survey: read as raw bytes, before and after it is overwritten."""

import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

from tests.databases import build_settings, close_connections, run_own_postgresql
from tests.factories import AIGUL, NOON, create_project, create_seminar, mark_sessions
from tests.surveys.survey_factories import OVERALL_QUESTION, make_survey, make_text
from trainer import create_app
from trainer.attendance.models import AttendanceStatus
from trainer.base import Base
from trainer.cli.doctor import list_deployment_problems
from trainer.registration.seats.enrolment import register_applicant
from trainer.registration.seats.tokens import generate_token
from trainer.surveys.anonymity import close_survey, seal_survey
from trainer.surveys.answering.wording import format_anonymity_promise
from trainer.surveys.models import Survey
from trainer.surveys.postgres_log import erase_sealed_surveys_from_log, list_log_obstacles, list_surveys_in_log
from trainer.surveys.questions.model import SurveyQuestion, SurveyQuestionKind
from trainer.surveys.responses import record_response

PEOPLE_COUNT = 17
PAGE_BYTES, LONG_HEADER, SHORT_HEADER = 8192, 40, 24  # xlog_internal.h
RECORD_REACH = 2000  # bytes between the rows of one transaction in the log
SAYING_QUESTION = SurveyQuestion("saying", SurveyQuestionKind.TEXT, make_text("saying"))


class Cluster(NamedTuple):
    """A PostgreSQL server of this test: a plain role's engine, the superuser's, and the folder of the log."""

    engine: Engine
    administration: Engine
    log_folder: Path


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Yield a server with small log files and a role without any special right."""
    sizes = {"max_wal_size": "12MB", "min_wal_size": "4MB", "fsync": "off"}
    with run_own_postgresql(**sizes) as (address, log_folder):
        administration = create_engine(make_url(address).set(drivername="postgresql+psycopg"))
        with administration.begin() as connection:
            connection.execute(text('CREATE ROLE "app-1" LOGIN'))
            connection.execute(text('GRANT ALL ON SCHEMA public TO "app-1"'))
        engine = create_engine(administration.url.set(username="app-1"))
        Base.metadata.create_all(engine)
        with engine.begin() as connection:  # numbers that occur nowhere by chance
            connection.execute(
                text("SELECT setval('registration_id_seq', 70000001), setval('survey_id_seq', 500000001)")
            )
        yield Cluster(engine, administration, log_folder)
        engine.dispose()
        administration.dispose()


def answer_and_seal(session: Session) -> dict[bytes, int]:
    """Answer an anonymous survey as 17 people, close and seal it; return the registration of every text."""
    seminar = create_seminar(session, create_project(session), capacity=PEOPLE_COUNT)
    people = [
        register_applicant(session, seminar, replace(AIGUL, surname="Сейіт" + letter, phone=""), generate_token(), NOON)
        for letter in "абвгғдежзийкқлмнң"
    ]
    for registration in people:
        mark_sessions(session, registration, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    survey = make_survey(session, seminar, (OVERALL_QUESTION, SAYING_QUESTION), anonymous=True)
    session.commit()
    sayings = {}
    for registration in people:
        saying = f"saying-{registration.id * 7919:06}"
        record_response(session, survey, registration, {"overall": 5, "saying": saying}, "kk", NOON)
        session.commit()
        sayings[saying.encode()] = registration.id
    close_survey(session, survey, NOON)
    session.commit()
    seal_survey(session, survey, NOON)
    session.commit()
    return sayings


def read_log(cluster: Cluster) -> bytes:
    """Return what the segment files of the log hold, under whatever name, without the headers of their pages."""
    contents = [path.read_bytes() for path in sorted(cluster.log_folder.iterdir()) if path.is_file()]
    return b"".join(
        content[start + (LONG_HEADER if start == 0 else SHORT_HEADER) : start + PAGE_BYTES]
        for content in contents
        for start in range(0, len(content), PAGE_BYTES)
    )


def pair_by_log(cluster: Cluster, survey: Survey, sayings: dict[bytes, int]) -> int:
    """Return for how many texts the log files hold, next to a text, the row that says who answered at that moment."""
    content = read_log(cluster)
    rows = {number: struct.pack("<ii", survey.id, number) for number in sayings.values()}
    return sum(find_nearest_row(content, saying, rows) == number for saying, number in sayings.items())


def find_nearest_row(content: bytes, saying: bytes, rows: dict[int, bytes]) -> int | None:
    """Return the registration whose participation stands nearest to the first occurrence of a text, or None."""
    place = content.find(saying)
    if place < 0:
        return None
    start = max(0, place - RECORD_REACH)
    near = content[start : place + RECORD_REACH]
    distances = {number: abs(start + found - place) for number, row in rows.items() if (found := near.find(row)) >= 0}
    return min(distances, key=distances.__getitem__, default=None)


def read_promises(app: Flask, survey: Survey) -> tuple[str, list[str]]:
    """Return what the form promises and what `trainer doctor` finds."""
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        promise = format_anonymity_promise(survey)
    return promise, [
        problem for problem in list_deployment_problems(app) if "GRANT" in problem or "log files" in problem
    ]


@pytest.mark.slow
def test_the_log_links_everybody_until_it_is_overwritten_and_nobody_after(cluster: Cluster, tmp_path: Path) -> None:
    app = create_app(build_settings(tmp_path, cluster.engine.url.render_as_string(False).replace("+psycopg", "")))
    with Session(cluster.engine) as session:
        sayings = answer_and_seal(session)
        [survey] = list_surveys_in_log(session)
        erase_sealed_surveys_from_log(session, Event())  # without the grants it does nothing
        assert list_surveys_in_log(session) == [survey]
        assert pair_by_log(cluster, survey, sayings) == PEOPLE_COUNT

        grants = list_log_obstacles(session)
        assert grants == [
            'GRANT EXECUTE ON FUNCTION pg_switch_wal() TO "app-1";',
            'GRANT pg_checkpoint TO "app-1";',
        ]
        promise, findings = read_promises(app, survey)
        assert "the tables of the database no longer link answers to people. Its log files may" in promise
        assert [finding.strip() for finding in findings[1:]] == grants
        session.rollback()
        with cluster.administration.begin() as connection:
            for grant in grants:
                connection.execute(text(grant))
        assert list_log_obstacles(session) == []
        promise, findings = read_promises(app, survey)
        assert "what the database and its log files held before is overwritten" in promise
        assert findings == []
        erase_sealed_surveys_from_log(session, Event())
        assert list_surveys_in_log(session) == []
        assert survey.log_erased_at is not None
    content = read_log(cluster)
    assert not any(saying in content for saying in sayings)
    close_connections(app)


def test_a_server_that_keeps_segments_for_others_is_said_to_do_so(cluster: Cluster) -> None:
    with cluster.administration.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_create_physical_replication_slot('replica', true)"))
        with Session(cluster.engine) as session:
            assert "pg_replication_slots" in list_log_obstacles(session)[-1]
        connection.execute(text("SELECT pg_drop_replication_slot('replica')"))
