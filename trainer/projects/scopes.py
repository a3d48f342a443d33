"""The project of an object in an address, for the access control."""

from sqlalchemy import Integer, Select, cast, null, select

from trainer.projects.models import Project


def select_project_scope(project_id: int) -> Select[int, int]:
    """Return a SELECT of a project's id, and no seminar."""
    return select(Project.id, cast(null(), Integer)).where(Project.id == project_id)
