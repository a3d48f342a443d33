"""Colleagues of a project: links that work once, roles, suspension and removal."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.concurrency import run_concurrently
from tests.factories import NOON
from tests.visitor import Visitor, sign_in
from trainer.accounts import memberships
from trainer.accounts.memberships import LastOwner, add_membership
from trainer.accounts.models import Membership, ProjectRole, SeminarAssignment, User
from trainer.accounts.sign_in import get_or_create_organizer
from trainer.audit.models import AuditEntry
from trainer.colleagues.invitations import InvitationInvalid, accept_invitation, create_invitation
from trainer.extensions import db
from trainer.projects.models import Project
from trainer.seminars.models import Seminar


def invite(organizer: Visitor, project: Project, role: str = "assistant") -> str:
    """Create an invitation on the page and return the path of its link."""
    address = f"/desk/project/{project.id}/colleagues"
    page = organizer.follow(organizer.submit(address, {"name": "Ерлан", "role": role}))
    match = re.search(r"https://seminar\.example\.org(/invitation/[\w-]+)", page.response.get_data(as_text=True))
    assert match
    assert match[1] not in organizer.get(address).response.get_data(as_text=True), "the link is shown once"
    return match[1]


def list_actions(session: Session) -> list[str]:
    """Return the actions of the audit log about colleagues, in order."""
    session.commit()
    kinds = AuditEntry.subject_kind.in_(("membership", "colleague_invitation"))
    return list(session.scalars(select(AuditEntry.action).where(kinds).order_by(AuditEntry.number)))


@pytest.fixture
def colleague(session: Session, organizer: Visitor, project: Project) -> Membership:
    """Return the membership of an organizer who is no owner."""
    user = get_or_create_organizer(session, "erlan@example.org", name="Ерлан")
    membership = add_membership(session, user, project.id, ProjectRole.ORGANIZER, NOON)
    session.commit()
    return membership


def test_an_invited_colleague_joins_with_a_new_account(
    organizer: Visitor, stranger: Visitor, session: Session, project: Project
) -> None:
    path = invite(organizer, project)
    stranger.submit(path, {"name": "Ерлан", "email": "Erlan@example.org"})
    stranger.get("/desk/")
    user = session.scalars(select(User).where(User.email == "erlan@example.org")).one()
    assert [(own.project_id, own.role) for own in user.memberships] == [(project.id, "assistant")]
    stranger.get(f"/desk/project/{project.id}/colleagues", status=403)
    assert list_actions(session)[-2:] == ["invited", "joined"]
    stranger.get(path, status=404)


def test_an_account_that_exists_signs_in_before_it_joins(
    app: Flask, organizer: Visitor, stranger: Visitor, session: Session, project: Project
) -> None:
    path = invite(organizer, project, "organizer")
    user = get_or_create_organizer(session, "erlan@example.org", name="Ерлан")
    refused = stranger.submit(path, {"name": "Х", "email": "erlan@example.org"}, status=422)
    assert refused.read_form()[1]["name"] == "Х"
    own = sign_in(app, session, user)
    own.submit(path, {}, form=-1)
    session.expire_all()
    assert [own.role for own in user.memberships] == ["organizer"]


def test_an_invitation_expires_and_can_be_withdrawn(
    organizer: Visitor, stranger: Visitor, session: Session, project: Project, clock: time_machine.Traveller
) -> None:
    first, second = invite(organizer, project), invite(organizer, project)
    organizer.submit(f"/desk/project/{project.id}/colleagues", form=1)
    assert sorted([stranger.client.get(first).status_code, stranger.client.get(second).status_code]) == [200, 404]
    clock.move_to(NOON + timedelta(days=7))
    stranger.get(first, status=404)
    stranger.get(second, status=404)


def test_a_link_that_two_use_at_once_lets_one_in(app: Flask, session: Session, project: Project) -> None:
    users = [get_or_create_organizer(session, f"{name}@example.org") for name in ("a", "b", "c")]
    token = create_invitation(session, project, ProjectRole.ORGANIZER, "", users[0].id, NOON)
    session.commit()

    def join(user_id: int) -> bool:
        with app.app_context():
            try:
                accept_invitation(db.session(), token, db.session.get_one(User, user_id), NOON)
            except InvitationInvalid:
                return False
            db.session.commit()
            return True

    ids = [user.id for user in users]
    session.commit()
    assert sorted(run_concurrently(*[lambda number=number: join(number) for number in ids])) == [False, False, True]


def test_a_colleague_gets_another_role_and_seminars(
    organizer: Visitor, session: Session, colleague: Membership, seminar: Seminar
) -> None:
    address = f"/desk/colleagues/{colleague.id}"
    organizer.submit(address, {"role": "assistant", "seminars": [str(seminar.id)]}, form=-2)
    session.expire_all()
    assert colleague.role == "assistant"
    assert [own.seminar_id for own in session.scalars(select(SeminarAssignment))] == [seminar.id]
    organizer.submit(address, {"role": "organizer"}, form=-2)
    session.expire_all()
    assert session.scalars(select(SeminarAssignment)).all() == []


def test_a_suspended_colleague_comes_back(
    app: Flask, organizer: Visitor, session: Session, colleague: Membership
) -> None:
    own = sign_in(app, session, colleague.user)
    organizer.post_with_token(f"/desk/colleagues/{colleague.id}", "suspension")
    own.get("/desk/tablets", status=403)
    organizer.post_with_token(f"/desk/colleagues/{colleague.id}", "suspension")
    own.get("/desk/tablets")
    assert list_actions(session)[-2:] == ["suspended", "reinstated"]


def test_a_removed_colleague_sees_the_project_no_more(
    app: Flask, organizer: Visitor, session: Session, colleague: Membership, seminar: Seminar
) -> None:
    own = sign_in(app, session, colleague.user)
    own.get(f"/desk/seminars/{seminar.id}")
    organizer.submit(f"/desk/colleagues/{colleague.id}/removal")
    own.get(f"/desk/seminars/{seminar.id}", status=404)
    assert list_actions(session)[-1] == "removed"


@pytest.mark.parametrize("step", ["role", "suspension", "removal"])
def test_the_last_owner_stays(organizer: Visitor, session: Session, project: Project, step: str) -> None:
    membership = session.scalars(select(Membership)).one()
    address = f"/desk/colleagues/{membership.id}"
    if step == "role":
        organizer.submit(address, {"role": "organizer"}, form=-2)
    elif step == "removal":
        organizer.submit(f"{address}/removal")
    else:
        organizer.post_with_token(address, "suspension")
    session.expire_all()
    assert (membership.role, membership.suspended) == ("owner", False)
    assert organizer.get(f"/desk/project/{project.id}/colleagues")


def test_two_owners_can_not_leave_at_once(app: Flask, session: Session, project: Project) -> None:
    owners = [
        add_membership(
            session, get_or_create_organizer(session, f"{name}@example.org"), project.id, ProjectRole.OWNER, NOON
        ).id
        for name in ("a", "b")
    ]
    session.commit()

    def leave(membership_id: int) -> bool:
        with app.app_context():
            try:
                memberships.remove_membership(db.session(), db.session.get_one(Membership, membership_id))
            except LastOwner:
                return False
            db.session.commit()
            return True

    assert sorted(run_concurrently(*[lambda number=number: leave(number) for number in owners])) == [False, True]
