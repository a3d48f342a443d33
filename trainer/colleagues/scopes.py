"""The project of memberships and invitations in an address, for the access control; the seminars of an assistant."""

from collections.abc import Collection

from sqlalchemy import Integer, Select, cast, delete, null, select
from sqlalchemy.orm import Session

from trainer.accounts.models import Membership, SeminarAssignment
from trainer.colleagues.models import ColleagueInvitation

ScopeSelect = Select[int, int]


def select_membership_scope(membership_id: int) -> ScopeSelect:
    """Return a SELECT of the project id of a membership, and no seminar."""
    return select(Membership.project_id, cast(null(), Integer)).where(Membership.id == membership_id)


def select_invitation_scope(invitation_id: int) -> ScopeSelect:
    """Return a SELECT of the project id of an invitation, and no seminar."""
    query = select(ColleagueInvitation.project_id, cast(null(), Integer))
    return query.where(ColleagueInvitation.id == invitation_id)


def list_assigned_seminar_ids(session: Session, membership: Membership) -> list[int]:
    """Return the ids of the seminars assigned to an assistant, in their order."""
    query = select(SeminarAssignment.seminar_id).where(SeminarAssignment.membership_id == membership.id)
    return list(session.scalars(query.order_by(SeminarAssignment.seminar_id)))


def assign_seminars(session: Session, membership: Membership, seminar_ids: Collection[int]) -> None:
    """Assign these seminars to an assistant, and no others."""
    session.execute(delete(SeminarAssignment).where(SeminarAssignment.membership_id == membership.id))
    session.add_all([SeminarAssignment(membership_id=membership.id, seminar_id=number) for number in seminar_ids])
    session.flush()
