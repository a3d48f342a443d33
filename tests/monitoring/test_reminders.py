"""What is missing stands on Today, and goes by e-mail on Mondays and a week before each deadline, once to each organizer."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.fake_smtp import BackgroundWorker, FakeSmtpServer
from tests.monitoring.factories import create_publication, get_activity, link_items
from tests.visitor import Visitor
from trainer.account_mail.models import AccountLetter
from trainer.accounts.models import User
from trainer.monitoring.models import MissingEvidenceReminder
from trainer.projects.models import Project

JOBS = ("missing evidence", "account letters")


@pytest.fixture
def mail(app: Flask, smtp_server: FakeSmtpServer) -> None:
    """Set up a mail server for the application, as the worker has."""
    app.extensions["settings"] = replace(app.extensions["settings"], smtp_url=smtp_server.address)


def list_occasions(session: Session) -> list[str]:
    """Return the occasions of the reminders, in the order queued."""
    session.commit()
    return [
        row.occasion for row in session.scalars(select(MissingEvidenceReminder).order_by(MissingEvidenceReminder.id))
    ]


def read_texts(smtp_server: FakeSmtpServer) -> list[str]:
    """Return the texts of the e-mails sent."""
    return [email.get_content() for email in smtp_server.emails]


@pytest.mark.usefixtures("mail")
def test_on_monday_everybody_who_organizes_is_reminded_once(
    organizer: Visitor, session: Session, project: Project, worker: BackgroundWorker, smtp_server: FakeSmtpServer
) -> None:
    session.scalars(select(User)).one().language = "en"
    worker.run_jobs(*JOBS)
    worker.run_jobs(*JOBS)
    [text] = read_texts(smtp_server)
    assert "T1.A2" in text
    assert "planned: " in text
    assert "Who can do it: Сәуле" in text
    assert "/desk/plan/missing" in text
    assert list_occasions(session) == ["week:2025-W23"]


@pytest.mark.usefixtures("mail")
def test_the_monday_letter_asks_for_views_that_are_old(
    organizer: Visitor, session: Session, project: Project, worker: BackgroundWorker, smtp_server: FakeSmtpServer
) -> None:
    session.scalars(select(User)).one().language = "en"
    create_publication(session, project, published_on=NOON.date() - timedelta(days=30))
    worker.run_jobs(*JOBS)
    [text] = read_texts(smtp_server)
    assert "1 publication waits for its views to be entered" in text
    assert "/desk/evidence/publications?show=views" in text


@pytest.mark.usefixtures("mail")
def test_a_week_before_an_activity_ends_its_gaps_are_listed(
    organizer: Visitor,
    session: Session,
    project: Project,
    worker: BackgroundWorker,
    smtp_server: FakeSmtpServer,
    clock: time_machine.Traveller,
) -> None:
    activity = get_activity(session, project, "T1.A1")
    activity.end = (NOON + timedelta(days=9)).date()
    clock.move_to(NOON + timedelta(days=1))
    worker.run_jobs(*JOBS)
    assert smtp_server.emails == []
    clock.move_to(NOON + timedelta(days=2))
    for _each in range(2):
        worker.run_jobs(*JOBS)
    [text] = read_texts(smtp_server)
    assert "T1.A1" in text
    assert "T1.A2" not in text
    assert list_occasions(session) == [f"deadline:{activity.id}:{activity.end}"]


@pytest.mark.usefixtures("mail")
def test_nobody_is_reminded_at_night_or_of_the_example(
    organizer: Visitor, session: Session, project: Project, worker: BackgroundWorker, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOON - timedelta(hours=5))
    worker.run_jobs(*JOBS)
    clock.move_to(NOON)
    project.is_example = True
    worker.run_jobs(*JOBS)
    assert list_occasions(session) == []


def test_without_a_mail_server_nothing_is_queued(
    organizer: Visitor, session: Session, project: Project, worker: BackgroundWorker
) -> None:
    worker.run_jobs("missing evidence")
    assert session.scalars(select(AccountLetter)).all() == []
    assert list_occasions(session) == []


@pytest.mark.usefixtures("mail")
def test_who_has_left_the_project_gets_no_letter(
    organizer: Visitor, session: Session, project: Project, worker: BackgroundWorker, smtp_server: FakeSmtpServer
) -> None:
    session.commit()
    worker.run_jobs("missing evidence")
    session.scalars(select(User)).one().memberships[0].suspended = True
    worker.run_jobs("account letters")
    assert smtp_server.emails == []


def test_today_says_what_is_overdue(organizer: Visitor, session: Session, project: Project) -> None:
    page = organizer.get("/desk/?lang=en")
    assert "6 indicators are overdue or due within a week" in page.text
    link_items(session, project, "T1.A2.I5", 1)
    assert "5 indicators are overdue or due within a week" in organizer.get("/desk/?lang=en").text
