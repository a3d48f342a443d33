"""The survey that a page of the desk is about."""

from flask import abort

from trainer.extensions import db
from trainer.seminars.views import seminar_or_404
from trainer.surveys.models import Survey
from trainer.surveys.responses import survey_at


def survey_or_404(seminar_id: int, number: int) -> Survey:
    """Find a survey of a seminar; 404 where there is none."""
    return survey_at(db.session(), seminar_or_404(seminar_id), number) or abort(404)
