"""The project and seminar of an object in an address, for the access control; the seminars that somebody sees."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from trainer.accounts.memberships import list_project_ids, select_assigned_seminar_ids
from trainer.accounts.models import ProjectRole, User
from trainer.projects.models import Activity, Project, Task
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import build_seminar_load_options, select_seminar_ids, sort_drafts_last


def select_scopes_of_seminars(condition: ColumnElement[bool]) -> Select[int, int]:
    """Return a SELECT of project id and seminar id of the seminars that fulfil a condition."""
    query = select(Task.project_id, Seminar.id).select_from(Seminar)
    return (
        query.join(Activity, Activity.id == Seminar.activity_id)
        .join(Task, Task.id == Activity.task_id)
        .where(condition)
    )


def select_seminar_scope(seminar_id: int) -> Select[int, int]:
    """Return a SELECT of a seminar's project id and its own id."""
    return select_scopes_of_seminars(Seminar.id == seminar_id)


def build_seminar_condition(user: User, *roles: ProjectRole) -> ColumnElement[bool]:
    """Return the condition that a user has one of these roles, or any, for a seminar. An assistant has it for those assigned."""
    allowed = roles or tuple(ProjectRole)
    everywhere = list_project_ids(user, [role for role in allowed if role != ProjectRole.ASSISTANT])
    in_projects = select(Seminar.id).join(Seminar.activity).join(Activity.task).where(Task.project_id.in_(everywhere))
    if not list_project_ids(user, [ProjectRole.ASSISTANT]) or ProjectRole.ASSISTANT not in allowed:
        return Seminar.id.in_(in_projects)
    return or_(Seminar.id.in_(in_projects), Seminar.id.in_(select_assigned_seminar_ids(user)))


def list_seminars_of_user(
    session: Session,
    user: User,
    *roles: ProjectRole,
    projects: Sequence[Project] | None = None,
    options: Sequence[ORMOption] = (),
) -> list[Seminar]:
    """Return the seminars, but archived ones, for which a user has one of these roles, or any; of some projects or of all.

    They are ordered by their start; those without sessions come last. By default they come with their sessions and project.
    """
    query = select(Seminar).where(build_seminar_condition(user, *roles), Seminar.archived_at.is_(None))
    if projects is not None:
        query = query.where(Seminar.id.in_(select_seminar_ids(*(project.id for project in projects))))
    return sort_drafts_last(session.scalars(query.options(*(options or build_seminar_load_options()))))


def list_seminars_of_project(session: Session, project: Project) -> list[Seminar]:
    """Return all seminars of a project, ordered by their start; those without sessions last."""
    query = select(Seminar).where(Seminar.id.in_(select_seminar_ids(project.id)))
    return sort_drafts_last(session.scalars(query.options(*build_seminar_load_options())))
