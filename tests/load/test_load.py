"""A small load: responses sent at the same moment are all stored exactly once."""

from flask import Flask
from sqlalchemy.orm import Session

from tests.browser.server import find_free_port, serve_in_thread
from tests.load.surveys import compared, prepared, send_all


def test_answers_sent_at_the_same_moment_are_all_kept_once(app: Flask, session: Session) -> None:
    addresses = prepared(app, 20)
    with serve_in_thread(app, find_free_port()) as base:
        sent = send_all(int(base.rpartition(":")[2]), addresses, seconds=0)
    outcome = compared("both", session, addresses, sent)
    assert outcome.good, outcome
    assert (outcome.sent, len(sent)) == (20, 22), "two tapped twice"
