"""The organizer's home page and the overview of a seminar."""

from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.memberships import list_project_ids
from trainer.accounts.permissions import ORGANIZERS
from trainer.clock import now
from trainer.extensions import db
from trainer.issuing import eligibility, register
from trainer.projects.ownership import list_projects_of_user
from trainer.registration.seats.capacity import count_registered_by_seminar
from trainer.registration.self_service.retention import list_erasure_requests
from trainer.seminars import registration_window
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import SeminarStage, sort_held_last
from trainer.seminars.scopes import list_seminars_of_user
from trainer.seminars.views import get_seminar_or_404
from trainer.settings import get_settings
from trainer.surveys.responses import list_satisfaction_respondent_ids

blueprint = create_desk_blueprint("desk", __name__)


@dataclass(frozen=True)
class SeminarCard:
    """A seminar in the list of the home page."""

    seminar: Seminar
    registered: int
    certificates: int
    stage: SeminarStage


@blueprint.get("/")
def view_desk_home() -> ResponseReturnValue:
    """List the seminars of the signed-in user with their figures, and the requests for erasure that are not finished."""
    current_time = now()
    registered, certificates = (
        count_registered_by_seminar(db.session()),
        register.count_valid_certificates(db.session()),
    )
    cards = [
        SeminarCard(
            seminar,
            registered.get(seminar.id, 0),
            certificates.get(seminar.id, 0),
            registration_window.derive_stage(seminar, current_time),
        )
        for seminar in sort_held_last(list_seminars_of_user(db.session(), current_user), current_time)
    ]
    return render_template(
        "desk/home.html",
        cards=cards,
        projects=list_projects_of_user(db.session(), current_user),
        erasure_requests=[
            request
            for request in list_erasure_requests(db.session())
            if request.registration.seminar.project.id in list_project_ids(current_user, ORGANIZERS)
        ],
    )


@blueprint.get("/seminars/<int:seminar_id>")
def view_seminar_overview(seminar_id: int) -> ResponseReturnValue:
    """Show a seminar's link, figures and programme."""
    seminar = get_seminar_or_404(seminar_id)
    settings = get_settings()
    eligibilities = eligibility.list_eligibility(db.session(), seminar, now())
    return render_template(
        "desk/seminar.html",
        seminar=seminar,
        registration_link=settings.address + url_for("registration_public.view_seminar", slug=seminar.slug),
        has_public_address=settings.has_public_address,
        stage=registration_window.derive_stage(seminar, now()),
        is_over=seminar.is_over(now()),
        registered=len(eligibilities),
        attended=sum(assessed.attendance.present > 0 for assessed in eligibilities),
        answered=len(list_satisfaction_respondent_ids(db.session(), seminar)),
        eligible=sum(assessed.is_eligible for assessed in eligibilities),
        certificates=len(register.map_valid_certificates(db.session(), seminar)),
    )
