"""The organizer's page of today, the overview of a seminar, and what is missing on the server."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.desk import removal
from trainer.desk.path import STEP_NAMES, find_path_position, list_path_steps
from trainer.desk.progress import list_progress
from trainer.desk.today import build_today
from trainer.extensions import db
from trainer.issuing import eligibility
from trainer.projects.models import Project
from trainer.registration.self_service.retention import list_erasure_requests
from trainer.seminars.description.steps import STEPS
from trainer.seminars.registration_window import is_registration_open
from trainer.seminars.status import STATUS_NAMES, STATUS_TONES
from trainer.seminars.views import get_seminar_or_404
from trainer.settings import get_settings

blueprint = create_desk_blueprint("desk", __name__)


@blueprint.get("/")
def view_desk_home() -> ResponseReturnValue:
    """Show what is to be done, the seminars to come, those to finish, and the requests for erasure that are not finished."""
    return render_template(
        "desk/home.html",
        today=build_today(db.session(), now()),
        projects=db.session.scalars(select(Project)).all(),
        erasure_requests=list_erasure_requests(db.session()),
        status_names=STATUS_NAMES,
        status_tones=STATUS_TONES,
    )


@blueprint.get("/settings/missing")
def view_missing_settings() -> ResponseReturnValue:
    """Say what is missing on the server and what it means."""
    return render_template("desk/missing_settings.html", settings=get_settings())


@blueprint.get("/seminars/<int:seminar_id>")
def view_seminar_overview(seminar_id: int) -> ResponseReturnValue:
    """Show a seminar's present step, link, figures and programme."""
    seminar, settings, current_time = get_seminar_or_404(seminar_id), get_settings(), now()
    [progress] = list_progress(db.session(), [seminar], current_time)
    eligibilities = eligibility.list_eligibility(db.session(), seminar, current_time)
    return render_template(
        "desk/seminar.html",
        seminar=seminar,
        progress=progress,
        position=find_path_position(progress, current_time),
        steps=list_path_steps(seminar),
        step_names=STEP_NAMES,
        status_names=STATUS_NAMES,
        status_tones=STATUS_TONES,
        registration_link=settings.address + url_for("registration_public.view_seminar", slug=seminar.slug),
        has_public_address=settings.has_public_address,
        is_over=seminar.is_over(current_time),
        is_registration_open=is_registration_open(seminar, current_time),
        description_steps=STEPS,
        can_archive=not seminar.archived_at and removal.can_archive_seminar(seminar, current_time),
        can_delete=removal.can_delete_seminar(db.session(), seminar),
        eligible=sum(assessed.is_eligible for assessed in eligibilities),
    )
