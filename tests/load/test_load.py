"""Small loads: what is sent at the same moment is all stored exactly once."""

from flask import Flask
from sqlalchemy.orm import Session

from tests.browser.server import find_free_port, serve_in_thread
from tests.load.imports import create_import_data, import_while_people_register
from tests.load.registrations import register_people
from tests.load.surveys import compare_with_database, create_load_data, send_all_responses
from tests.load.tablets import create_hall, mark_at_once


def test_answers_sent_at_the_same_moment_are_all_kept_once(app: Flask, session: Session) -> None:
    addresses = create_load_data(app, 20)
    with serve_in_thread(app, find_free_port()) as base:
        sent = send_all_responses(int(base.rpartition(":")[2]), addresses, seconds=0)
    outcome = compare_with_database("both", session, addresses, sent)
    assert outcome.good, outcome
    assert (outcome.sent, len(sent)) == (20, 22), "two tapped twice"


def test_a_list_is_imported_whole_while_people_register(app: Flask) -> None:
    link = create_import_data(app)
    with serve_in_thread(app, find_free_port()) as base:
        outcome = import_while_people_register(app, "both", int(base.rpartition(":")[2]), link, people=60, seconds=0)
    assert outcome.good, outcome


def test_people_who_register_at_the_same_moment_are_all_registered_once(app: Flask) -> None:
    create_import_data(app)
    with serve_in_thread(app, find_free_port()) as base:
        outcome = register_people(app, "both", int(base.rpartition(":")[2]), people=24, connections=24)
    assert outcome.good, outcome


def test_marks_that_tablets_send_at_the_same_moment_are_all_kept_once(app: Flask) -> None:
    hall = create_hall(app, tablets=6, people=24)
    with serve_in_thread(app, find_free_port()) as base:
        outcome = mark_at_once(app, "both", int(base.rpartition(":")[2]), hall)
    assert outcome.good, outcome
    assert outcome.sent == 48
