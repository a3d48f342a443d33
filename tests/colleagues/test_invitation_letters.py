"""Invitations by email where a mail server is set: the link stands in the letter alone."""

import re
from dataclasses import replace

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.fake_smtp import SENDER, BackgroundWorker, FakeSmtpServer, get_email_text
from tests.visitor import Visitor
from trainer.account_mail.models import AccountLetter
from trainer.accounts.models import User
from trainer.accounts.sign_in import get_or_create_organizer
from trainer.audit.models import AuditEntry
from trainer.colleagues.models import ColleagueInvitation
from trainer.projects.models import Project

EMAIL = "erlan@example.org"


@pytest.fixture(autouse=True)
def mail(app: Flask, smtp_server: FakeSmtpServer, clock: time_machine.Traveller) -> None:
    """Set the mail server."""
    app.extensions["settings"] = replace(app.extensions["settings"], smtp_url=smtp_server.address, mail_from=SENDER)


@pytest.fixture
def colleagues(project: Project) -> str:
    """Return the address of the page of colleagues."""
    return f"/desk/project/{project.id}/colleagues"


def invite(organizer: Visitor, colleagues: str, email: str = EMAIL) -> None:
    """Create an invitation on the page."""
    organizer.submit(colleagues, {"name": "Ерлан", "role": "assistant", "email": email})


def find_link(text: str) -> str:
    """Return the path of the link in a letter or a page."""
    match = re.search(r"https://seminar\.example\.org(/invitation/[\w-]+)", text)
    assert match
    return match[1]


def test_the_letter_brings_the_link_and_the_address(
    organizer: Visitor,
    stranger: Visitor,
    session: Session,
    worker: BackgroundWorker,
    smtp_server: FakeSmtpServer,
    colleagues: str,
) -> None:
    invite(organizer, colleagues)
    page = organizer.get(colleagues)
    assert EMAIL in page.words and "/invitation/" not in page.text
    assert "Жіберілуін күтіп тұр" in page.words
    worker.run_jobs("account letters")
    [letter] = smtp_server.emails
    assert letter["To"] == EMAIL
    path = find_link(get_email_text(letter))
    assert "жіберілді" in organizer.get(colleagues).words
    name, fields = stranger.get(path).read_form()
    assert fields["email"] == EMAIL, name
    stranger.submit(path, {"name": "Ерлан"})
    user = session.scalars(select(User).where(User.email == EMAIL)).one()
    assert [own.role for own in user.memberships] == ["assistant"]
    stranger.get(path, status=404)


def test_the_letter_is_in_the_language_of_an_account_that_exists(
    organizer: Visitor, session: Session, worker: BackgroundWorker, smtp_server: FakeSmtpServer, colleagues: str
) -> None:
    get_or_create_organizer(session, EMAIL, name="Ерлан", language="ru")
    invite(organizer, colleagues, " Erlan@Example.org ")
    worker.run_jobs("account letters")
    assert smtp_server.emails[0]["Content-Language"] == "ru"
    assert "Вас приглашают" in get_email_text(smtp_server.emails[0])


def test_without_an_address_or_a_mail_server_the_link_is_handed_over(
    app: Flask, organizer: Visitor, stranger: Visitor, session: Session, colleagues: str
) -> None:
    page = organizer.follow(organizer.submit(colleagues, {"name": "Ерлан", "role": "assistant"}))
    stranger.get(find_link(page.text))
    app.extensions["settings"] = replace(app.extensions["settings"], smtp_url="")
    _address, fields = organizer.get(colleagues).read_form()
    assert "email" not in fields
    answer = organizer.post(colleagues, {**fields, "name": "Ерлан", "role": "assistant", "email": EMAIL})
    stranger.get(find_link(organizer.follow(answer).text))
    assert session.scalar(select(func.count()).select_from(AccountLetter)) == 0


def test_an_address_that_is_none_is_refused_with_what_was_typed(
    organizer: Visitor, session: Session, colleagues: str
) -> None:
    data = {"name": "Ерлан", "role": "assistant", "email": "ерлан@example.org"}
    page = organizer.submit(colleagues, data, status=422)
    assert "ерлан@example.org" in page.text
    assert session.scalar(select(func.count()).select_from(ColleagueInvitation)) == 0


def test_a_withdrawn_invitation_is_not_sent(
    organizer: Visitor,
    session: Session,
    worker: BackgroundWorker,
    smtp_server: FakeSmtpServer,
    project: Project,
    colleagues: str,
) -> None:
    invite(organizer, colleagues)
    session.commit()
    [invitation] = session.scalars(select(ColleagueInvitation))
    token = organizer.get(colleagues).read_form()[1]["csrf_token"]
    organizer.post(f"/desk/invitations/{invitation.id}/withdrawal", {"csrf_token": token})
    invite(organizer, colleagues, "dana@example.org")  # which may get the number of the withdrawn one
    worker.run_jobs("account letters")
    assert smtp_server.recipients == ["dana@example.org"]


def test_a_letter_that_the_mail_server_refuses_is_shown(
    organizer: Visitor, worker: BackgroundWorker, smtp_server: FakeSmtpServer, colleagues: str
) -> None:
    smtp_server.replies[EMAIL] = "550 no such user"
    invite(organizer, colleagues)
    worker.run_jobs("account letters")
    assert "Жеткізілмеді" in organizer.get(colleagues).words


def test_an_invitation_by_email_is_recorded_once(organizer: Visitor, session: Session, colleagues: str) -> None:
    invite(organizer, colleagues)
    session.commit()
    entries = select(AuditEntry.action).where(AuditEntry.subject_kind == "colleague_invitation")
    assert session.scalars(entries).all() == ["invited"]
