"""A form that is submitted twice creates one thing: after a double tap, a reload, or the Back button."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.concurrency import run_concurrently
from tests.visitor import Visitor
from trainer.accounts.models import User
from trainer.clock import now
from trainer.extensions import db
from trainer.tasks import run_jobs_once
from trainer.web import jobs
from trainer.web.editing.creation import create_once
from trainer.web.editing.models import FormSubmission


def submit(app: Flask, data: dict[str, str], path: str = "/new") -> str:
    """Submit a form that creates a user, in a transaction of its own, and return the address of the user."""

    def create_user() -> str:
        user = User(email=data["email"], fs_uniquifier=data["email"])
        db.session.add(user)
        db.session.flush()
        return f"/users/{user.id}"

    with app.test_request_context(path, method="POST", data=data):
        address = create_once(db.session(), create_user, now())
        db.session.commit()
        db.session.remove()
        return address


def count_users(session: Session) -> int:
    """Return the number of stored users."""
    session.rollback()
    return session.scalar(select(func.count(User.id))) or 0


def test_the_same_form_creates_one_thing_and_leads_to_it_again(app: Flask, session: Session) -> None:
    form = {"nonce": "n1", "email": "a@example.org", "csrf_token": "1"}
    assert submit(app, form) == submit(app, {**form, "csrf_token": "2"})
    assert count_users(session) == 1


def test_the_same_nonce_with_other_content_or_of_another_form_is_another_submission(
    app: Flask, session: Session
) -> None:
    form = {"nonce": "n1", "email": "a@example.org"}
    addresses = [submit(app, form), submit(app, {**form, "email": "b@example.org"})]
    addresses.append(submit(app, {**form, "email": "c@example.org"}, path="/other"))
    assert len(set(addresses)) == count_users(session) == 3


def test_a_form_without_a_nonce_is_never_a_repetition(app: Flask, session: Session) -> None:
    assert submit(app, {"email": "a@example.org"}) != submit(app, {"email": "b@example.org"})


def test_taps_at_the_same_moment_create_one_thing(app: Flask, session: Session) -> None:
    form = {"nonce": "n1", "email": "a@example.org"}
    session.commit()
    addresses = run_concurrently(*[lambda: submit(app, form)] * 6)
    assert len(set(addresses)) == count_users(session) == 1


def test_after_a_failed_submission_the_form_can_be_submitted_again(app: Flask, session: Session) -> None:
    form = {"nonce": "n1", "email": "a@example.org"}
    with app.test_request_context("/new", method="POST", data=form):
        try:
            create_once(db.session(), lambda: str(1 // 0), now())
        except ZeroDivisionError:
            db.session.rollback()
    assert submit(app, form).startswith("/users/")


def test_old_submissions_are_deleted(app: Flask, session: Session) -> None:
    for days in (1, 31):
        session.add(FormSubmission(key=str(days), address="/x", created_at=now() - timedelta(days=days)))
    session.commit()
    assert run_jobs_once(app, jobs)
    assert session.scalars(select(FormSubmission.key)).all() == ["1"]


def test_every_form_of_the_desk_that_creates_something_carries_a_nonce(
    organizer: Visitor, session: Session, seminar: object
) -> None:
    for address in (
        "/desk/seminars/new",
        "/desk/seminars/1/registrations/new",
        "/desk/seminars/1/questions",
        "/desk/seminars/1/surveys/new/empty",
        "/desk/seminars/1/surveys/1/edit/new/text",
        "/desk/tablets/new",
    ):
        assert organizer.get(address).get_value("nonce"), address
