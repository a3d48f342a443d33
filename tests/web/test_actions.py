"""The transaction of a request: committed with its success message, or rolled back with the reason."""

from typing import Any

import pytest
from flask import Flask, get_flashed_messages
from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.extensions import db
from trainer.web.actions import ActionOutcome, commit_or_explain

pytestmark = pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)


class Full(Exception):
    """A reason to refuse."""


class CompletelyFull(Full):
    """A narrower reason to refuse."""


def act(app: Flask, error: Exception | None, **options: str) -> tuple[ActionOutcome, list[tuple[str, str]]]:
    """Add a user in a request and raise the error, if any; return the outcome and the flashed messages."""
    refusals = {CompletelyFull: "No seat and no waiting list.", Full: "", KeyError: "Gone."}
    with app.test_request_context("/", method="POST"):
        with commit_or_explain(refusals, **options) as outcome:
            db.session.add(User(email="new@example.org", fs_uniquifier="1"))
            db.session.flush()
            if error is not None:
                raise error
        messages: Any = get_flashed_messages(with_categories=True)
        return outcome, list(messages)


def list_emails(session: Session) -> list[str]:
    """Return the addresses of all stored users."""
    session.rollback()
    return list(session.scalars(select(User.email)))


def test_work_without_an_exception_is_committed(app: Flask, session: Session) -> None:
    outcome, messages = act(app, None, success="Saved.")
    assert outcome.is_committed
    assert messages == [("success", "Saved.")]
    assert list_emails(session) == ["new@example.org"]


def test_a_named_exception_rolls_back_and_is_explained(app: Flask, session: Session) -> None:
    outcome, messages = act(app, CompletelyFull(), success="Saved.")
    assert isinstance(outcome.refusal, CompletelyFull)
    assert messages == [("error", "No seat and no waiting list.")]
    assert list_emails(session) == []


def test_the_first_matching_entry_decides_and_an_empty_sentence_flashes_nothing(app: Flask, session: Session) -> None:
    outcome, messages = act(app, Full())
    assert not outcome.is_committed
    assert messages == []
    assert list_emails(session) == []


def test_the_category_of_the_explanation_can_be_chosen(app: Flask, session: Session) -> None:
    assert act(app, KeyError(), category="info")[1] == [("info", "Gone.")]


def test_any_other_exception_is_passed_on_and_nothing_is_committed(app: Flask, session: Session) -> None:
    with pytest.raises(ValueError, match="unexpected"):
        act(app, ValueError("unexpected"))
    assert list_emails(session) == []
