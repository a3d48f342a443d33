"""The organizer's page of today and the overview of a seminar."""

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint, use_role_in_project
from trainer.accounts.memberships import list_project_ids
from trainer.accounts.permissions import ORGANIZERS
from trainer.clock import now
from trainer.desk.frame import build_desk_frame
from trainer.desk.path import removal
from trainer.desk.path.position import STEP_NAMES, find_path_position, list_path_steps
from trainer.desk.path.progress import list_progress
from trainer.desk.today.board import build_today
from trainer.extensions import db
from trainer.projects.current_project import list_own_projects, pick_current_project
from trainer.registration.self_service.retention import list_erasure_requests
from trainer.seminars.description.steps import STEPS
from trainer.seminars.registration_window import is_registration_open
from trainer.seminars.views import get_seminar_or_404
from trainer.settings import get_settings

SHOWN_SEMINARS, SHOWN_TASKS = 10, 20
"""How many entries of each list the page of today shows; links lead to all."""

blueprint = create_desk_blueprint("desk", __name__)
blueprint.add_app_template_global(build_desk_frame)


@blueprint.get("/")
def view_desk_home() -> ResponseReturnValue:
    """Show what is to be done, the seminars to come, those to finish, and the requests for erasure that are not finished."""
    project = pick_current_project(list_own_projects(db.session()))
    use_role_in_project(project.id if project else None)
    requests = list_erasure_requests(db.session(), list_project_ids(current_user, ORGANIZERS))
    return render_template(
        "desk/home.html",
        project=project,
        shown_seminars=SHOWN_SEMINARS,
        shown_tasks=None if "all" in request.args else SHOWN_TASKS,
        today=build_today(db.session(), current_user, project, requests, now()) if project else None,
        erasure_requests=requests,
    )


@blueprint.get("/seminars/<int:seminar_id>")
def view_seminar_overview(seminar_id: int) -> ResponseReturnValue:
    """Show a seminar's present step, link, figures and programme."""
    seminar, settings, current_time = get_seminar_or_404(seminar_id), get_settings(), now()
    [progress] = list_progress(db.session(), [seminar], current_time)
    g.desk_progress = progress
    return render_template(
        "desk/seminar.html",
        seminar=seminar,
        progress=progress,
        position=find_path_position(progress, current_time),
        steps=list_path_steps(seminar),
        step_names=STEP_NAMES,
        registration_link=settings.address + url_for("registration_public.view_seminar", slug=seminar.slug),
        has_public_address=settings.has_public_address,
        is_over=seminar.is_over(current_time),
        is_registration_open=is_registration_open(seminar, current_time),
        description_steps=STEPS,
        can_archive=not seminar.archived_at and removal.can_archive_seminar(seminar, current_time),
        can_delete=removal.can_delete_seminar(db.session(), seminar),
    )
