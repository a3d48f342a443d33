"""Colleagues with a role in a project."""

from sqlalchemy.orm import Session

from tests.factories import NOON
from trainer.accounts.memberships import add_membership
from trainer.accounts.models import ProjectRole, SeminarAssignment, User


def create_colleague(session: Session, project_id: int, role: ProjectRole, *seminar_ids: int) -> User:
    """Create a user with a role in a project, and assign seminars."""
    user = User(email=f"colleague-{role}@example.org", name=role.title(), fs_uniquifier=f"colleague-{role}")
    session.add(user)
    membership = add_membership(session, user, project_id, role, NOON)
    session.add_all([SeminarAssignment(membership_id=membership.id, seminar_id=number) for number in seminar_ids])
    session.flush()
    return user
