"""The project that an organizer works on: chosen in the frame of the dashboard and kept for the browser session."""

from collections.abc import Sequence

from flask import session as browser_session
from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.projects.models import Project

COOKIE_KEY = "project"


def list_all_projects(session: Session) -> list[Project]:
    """Return all projects, the oldest first."""
    return list(session.scalars(select(Project).order_by(Project.id)))


def pick_current_project(projects: Sequence[Project]) -> Project | None:
    """Return the project chosen in this browser session, else the newest one that is no example; None without projects."""
    chosen_id = browser_session.get(COOKIE_KEY)
    chosen = next((project for project in projects if project.id == chosen_id), None)
    return chosen or next(iter(sorted(projects, key=lambda project: (project.is_example, -project.id))), None)


def choose_project(project: Project) -> None:
    """Make a project the current one until the browser session ends."""
    browser_session[COOKIE_KEY] = project.id
