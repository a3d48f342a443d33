"""Projects of a user: which they see, and who owns a new one."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from trainer.accounts.memberships import add_membership, list_project_ids
from trainer.accounts.models import Membership, ProjectRole, User
from trainer.projects.models import Project


def list_projects_of_user(
    session: Session, user: User, roles: Collection[ProjectRole] = tuple(ProjectRole)
) -> list[Project]:
    """Return the projects in which the user has one of these roles, in the order in which they were created."""
    ids = list_project_ids(user, roles)
    if len(ids) == 1:  # most users have one, and most pages have loaded it already
        return [session.get_one(Project, ids[0])]
    return list(session.scalars(select(Project).where(Project.id.in_(ids)).order_by(Project.id)))


def find_first_user(session: Session) -> User | None:
    """Return the active user who was created first: the owner of what a command creates."""
    return session.scalar(select(User).where(User.active).order_by(User.id).limit(1))


def claim_ownerless_projects(session: Session, now: datetime) -> None:
    """Make the first user the owner of every project that has no owner, as after a plan was imported by a command."""
    owner = find_first_user(session)
    owned = exists().where(Membership.project_id == Project.id, Membership.role == ProjectRole.OWNER)
    if owner is not None:
        for project in session.scalars(select(Project).where(~owned)):
            add_membership(session, owner, project.id, ProjectRole.OWNER, now)
