"""The survey that a page of the desk is about."""

from flask import abort

from trainer.extensions import db
from trainer.seminars.views import get_seminar_or_404
from trainer.surveys.models import Survey
from trainer.surveys.responses import find_seminar_survey


def get_survey_or_404(seminar_id: int, number: int) -> Survey:
    """Find a survey of a seminar; 404 where there is none."""
    return find_seminar_survey(db.session(), get_seminar_or_404(seminar_id), number) or abort(404)
