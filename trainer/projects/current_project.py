"""The project that an organizer works on: chosen in the frame of the dashboard and kept for the browser session."""

from collections.abc import Sequence

from flask import request
from flask import session as browser_session
from flask_security import current_user
from sqlalchemy.orm import Session

from trainer.projects.models import Project
from trainer.projects.ownership import list_projects_of_user

COOKIE_KEY = "project"


def list_own_projects(session: Session) -> list[Project]:
    """Return the projects of the signed-in user, the oldest first."""
    return list_projects_of_user(session, current_user)


def pick_current_project(projects: Sequence[Project]) -> Project | None:
    """Return the project chosen in this browser session, else the newest one that is no example; None without projects."""
    chosen_id = browser_session.get(COOKIE_KEY)
    chosen = next((project for project in projects if project.id == chosen_id), None)
    return chosen or next(iter(sorted(projects, key=lambda project: (project.is_example, -project.id))), None)


def choose_project(project: Project) -> None:
    """Make a project the current one until the browser session ends."""
    browser_session[COOKIE_KEY] = project.id


def pick_requested_project(projects: Sequence[Project]) -> Project | None:
    """Return the project that the query string names, which becomes the current one; else the current one."""
    requested_id = request.args.get("project", 0, type=int)
    for project in projects:
        if project.id == requested_id:
            choose_project(project)
    return pick_current_project(projects)
