"""The form of a survey's current version, filled in with a request or with answers that are known already."""

from collections.abc import Mapping
from typing import Any

from flask_security import current_user

from trainer.language.choice import get_page_language
from trainer.surveys.answering.forms import AnswerForm, build_answer_form, build_answer_form_data
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.models import Survey


def build_submitted_survey_form(survey: Survey) -> AnswerForm:
    """Return the form filled in with the data of the current request."""
    form_class = build_answer_form(list_version_questions(survey.current_version), get_page_language())
    return form_class(version=survey.current_version.fingerprint)


def build_prefilled_survey_form(survey: Survey, answers: Mapping[str, Any]) -> AnswerForm:
    """Return the form filled in with answers of this version or another; answers that do not fit are left out."""
    questions = list_version_questions(survey.current_version)
    data = build_answer_form_data(questions, answers)
    form_class = build_answer_form(questions, get_page_language())
    return form_class(formdata=None, data=data, version=survey.current_version.fingerprint)


def find_entering_user_id(survey: Survey) -> int | None:
    """Return the id of the organizer who is signed in while an anonymous survey is answered; None for respondents.

    The guard on small groups must not count what an organizer may have answered in somebody's place. A survey with names
    has no such guard.
    """
    return current_user.id if survey.anonymous and current_user.is_authenticated else None
