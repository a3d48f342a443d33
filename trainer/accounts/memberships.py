"""Memberships of projects: which projects somebody sees, with which role, and changes of roles."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from trainer.accounts.models import Membership, ProjectRole, SeminarAssignment, User


class LastOwner(Exception):
    """The project would be left without an owner who can sign in."""


def map_roles(user: User) -> dict[int, ProjectRole]:
    """Return the user's roles by project id, without projects in which the user is suspended."""
    return {own.project_id: ProjectRole(own.role) for own in user.memberships if not own.suspended}


def has_membership(user: User) -> bool:
    """Return whether the user has a role in any project."""
    return bool(map_roles(user))


def list_project_ids(user: User, roles: Collection[ProjectRole] = tuple(ProjectRole)) -> list[int]:
    """Return the ids of the projects in which the user has one of these roles."""
    return [project_id for project_id, role in map_roles(user).items() if role in roles]


def select_assigned_seminar_ids(user: User) -> Select[int]:
    """Return a SELECT of the ids of the seminars assigned to the user as an assistant who is not suspended."""
    own = Membership.id == SeminarAssignment.membership_id
    active = (Membership.user_id == user.id) & Membership.suspended.is_(False)
    return select(SeminarAssignment.seminar_id).join(Membership, own).where(active)


def add_membership(session: Session, user: User, project_id: int, role: ProjectRole, now: datetime) -> Membership:
    """Add a user to a project with a role, or change the present role. Raises LastOwner."""
    membership = find_membership(session, project_id, user.id)
    if membership is not None:
        change_role(session, membership, role)
        membership.suspended = False
        return membership
    membership = Membership(user=user, project_id=project_id, role=role, suspended=False, joined_at=now)
    session.add(membership)
    session.flush()
    return membership


def find_membership(session: Session, project_id: int, user_id: int) -> Membership | None:
    """Return the membership of a user in a project."""
    return session.scalar(select(Membership).where(Membership.project_id == project_id, Membership.user_id == user_id))


def list_memberships(session: Session, project_id: int) -> list[Membership]:
    """Return the colleagues of a project, owners first, in the order in which they joined."""
    query = select(Membership).join(Membership.user).where(Membership.project_id == project_id)
    order = list(ProjectRole)
    return sorted(session.scalars(query.order_by(Membership.id)), key=lambda own: order.index(ProjectRole(own.role)))


def change_role(session: Session, membership: Membership, role: ProjectRole) -> None:
    """Change the role of a colleague. Raises LastOwner."""
    if role != ProjectRole.OWNER:
        require_another_owner(session, membership)
    membership.role = role
    session.flush()


def suspend_membership(session: Session, membership: Membership) -> None:
    """Take a colleague's access to the project away until it is given back. Raises LastOwner."""
    require_another_owner(session, membership)
    membership.suspended = True
    session.flush()


def remove_membership(session: Session, membership: Membership) -> None:
    """End a colleague's membership. Raises LastOwner."""
    require_another_owner(session, membership)
    session.delete(membership)
    session.flush()


def require_another_owner(session: Session, membership: Membership) -> None:
    """Raise LastOwner if this is the only owner of the project who can sign in. Locks the owners, so that two can't leave at once."""
    if membership.role != ProjectRole.OWNER or membership.suspended:
        return
    query = (
        select(Membership)
        .where(Membership.project_id == membership.project_id, Membership.role == ProjectRole.OWNER)
        .order_by(Membership.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    owners = session.scalars(query).all()
    if not any(own.id != membership.id and not own.suspended and own.user.active for own in owners):
        raise LastOwner
