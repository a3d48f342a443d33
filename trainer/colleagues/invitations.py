"""Inviting colleagues: creating links, using them once, withdrawing them."""

import secrets
import uuid
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from trainer import audit
from trainer.accounts.memberships import add_membership, find_membership
from trainer.accounts.models import Membership, ProjectRole, User
from trainer.accounts.permissions import ACCOUNT_ROLES
from trainer.colleagues.models import ColleagueInvitation
from trainer.fingerprint import hash_text
from trainer.projects.models import Project

INVITATION_LIFETIME = timedelta(days=7)


class RoleWithoutAccount(Exception):
    """The role is not given to accounts, so nobody can be invited with it."""


class InvitationInvalid(Exception):
    """The invitation does not exist, has been used or withdrawn, or has expired."""


class AccountExists(Exception):
    """There is an account with this e-mail address; its owner must sign in to join."""


class AlreadyColleague(Exception):
    """The user is a colleague in the project already; a link does not change the role."""


def create_invitation(
    session: Session, project: Project, role: ProjectRole, name: str, user_id: int | None, now: datetime
) -> str:
    """Create an invitation and return the token of its link, 256 random bits. Raises RoleWithoutAccount."""
    if role not in ACCOUNT_ROLES:
        raise RoleWithoutAccount
    token = secrets.token_urlsafe(32)
    invitation = ColleagueInvitation(
        project=project,
        token_hash=hash_text(token),
        role=role,
        name=name,
        created_at=now,
        created_by_id=user_id,
        expires_at=now + INVITATION_LIFETIME,
    )
    session.add(invitation)
    audit.record(session, "invited", invitation)
    return token


def get_invitation(session: Session, token: str, now: datetime) -> ColleagueInvitation:
    """Return the valid invitation with this token. Raises InvitationInvalid."""
    query = select(ColleagueInvitation).where(ColleagueInvitation.token_hash == hash_text(token))
    invitation = session.scalar(query)
    if invitation is None or invitation.used_at is not None or invitation.expires_at <= now:
        raise InvitationInvalid
    return invitation


def list_open_invitations(session: Session, project: Project, now: datetime) -> list[ColleagueInvitation]:
    """Return the invitations of a project that can still be used, the newest first."""
    valid = ColleagueInvitation.used_at.is_(None) & (ColleagueInvitation.expires_at > now)
    query = select(ColleagueInvitation).where(ColleagueInvitation.project_id == project.id, valid)
    return list(session.scalars(query.order_by(ColleagueInvitation.id.desc())))


def accept_invitation(session: Session, token: str, user: User, now: datetime) -> Membership:
    """Make a user a colleague and use the invitation up. Raises InvitationInvalid, AlreadyColleague.

    Of two who use a link at once, one succeeds. A suspended colleague stays suspended: only an owner gives access back.
    """
    invitation = get_invitation(session, token, now)
    if find_membership(session, invitation.project_id, user.id) is not None:
        raise AlreadyColleague
    unused = ColleagueInvitation.used_at.is_(None)
    claim = update(ColleagueInvitation).where(ColleagueInvitation.id == invitation.id, unused).values(used_at=now)
    if session.execute(claim).rowcount != 1:  # type: ignore[attr-defined]
        raise InvitationInvalid
    audit.set_actor(session, "user", user.id)
    membership = add_membership(session, user, invitation.project_id, ProjectRole(invitation.role), now)
    audit.record(session, "joined", membership)
    return membership


def create_invited_user(session: Session, token: str, email: str, name: str, language: str, now: datetime) -> User:
    """Create an account for somebody who has an invitation. Raises InvitationInvalid, AccountExists."""
    get_invitation(session, token, now)
    email = email.strip().casefold()
    if session.scalar(select(User.id).where(User.email == email)) is not None:
        raise AccountExists
    user = User(email=email, name=name, language=language, active=True, fs_uniquifier=uuid.uuid4().hex)
    session.add(user)
    session.flush()
    return user


def withdraw_invitation(session: Session, invitation: ColleagueInvitation) -> None:
    """Make an invitation unusable."""
    session.delete(invitation)
    session.flush()
