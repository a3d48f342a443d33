"""The four steps in which a seminar is described, each a page with the part of the form that it asks."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from trainer.accounts.memberships import list_project_ids
from trainer.accounts.models import User
from trainer.accounts.permissions import ORGANIZERS
from trainer.language.translate import lazy_gettext as _l
from trainer.projects.models import Activity, Task
from trainer.projects.wording import format_code_and_title
from trainer.seminars.description.forms import SeminarForm

UNASKED = ("seen", "compared", "nonce", "csrf_token")
"""Fields of every step."""


class DescriptionStep(StrEnum):
    """A step of the description, in order."""

    ABOUT = "about"
    DAYS = "days"
    PLACES = "places"
    CERTIFICATE = "certificate"


@dataclass(frozen=True)
class StepContent:
    """Name of a step and the fields that it asks."""

    label: Any
    fields: tuple[str, ...]


STEPS = {
    DescriptionStep.ABOUT: StepContent(
        _l("What and for whom"), ("activity_id", "title", "description", "kind", "format", "audience", "trainers")
    ),
    DescriptionStep.DAYS: StepContent(_l("When and where"), ("sessions", "city", "venue", "map_url", "access")),
    DescriptionStep.PLACES: StepContent(
        _l("Registration"),
        ("capacity", "closes", "needs_approval", "has_waiting_list", "offer_hours", "change_hours"),
    ),
    DescriptionStep.CERTIFICATE: StepContent(
        _l("Survey and certificate"),
        (
            "has_survey",
            "has_certificate",
            "certificate_kind",
            "share_required",
            "hours",
            "survey_required",
            "pass_mark",
            "valid_months",
            "certificate_heading",
            "co_issuer",
            "design",
            "signatories",
        ),
    ),
}


def keep_step_fields(form: SeminarForm, step: DescriptionStep) -> None:
    """Remove the fields of the other steps from a form."""
    for name in [field.name for field in form]:
        if name not in STEPS[step].fields and name not in UNASKED:
            del form[name]


def find_next_step(step: DescriptionStep) -> DescriptionStep | None:
    """Return the step after another; None after the last."""
    steps = list(DescriptionStep)
    return next(iter(steps[steps.index(step) + 1 :]), None)


def set_activity_choices(session: Session, form: SeminarForm, user: User) -> None:
    """Fill the form's choices with the activities of the plans in which a user organizes seminars, in the page's language."""
    own_projects = Task.project_id.in_(list_project_ids(user, ORGANIZERS))
    activities = session.scalars(select(Activity).join(Activity.task).where(own_projects).order_by(Activity.id))
    form.activity_id.choices = [
        SelectChoice(str(activity.id), format_code_and_title(activity.code, activity.title)) for activity in activities
    ]
