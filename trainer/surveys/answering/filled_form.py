"""Filling in a survey's form: with what was sent, or with what is known already."""

from collections.abc import Mapping
from typing import Any

from trainer.language.choice import get_page_language
from trainer.surveys.answering.forms import AnswerForm, build_answer_form, build_answer_form_data
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.models import Survey


def build_submitted_survey_form(survey: Survey) -> AnswerForm:
    """Make the form of a survey's current version with what was sent."""
    return build_answer_form(list_version_questions(survey.current_version), get_page_language())(
        version=survey.current_version.fingerprint
    )


def build_prefilled_survey_form(survey: Survey, answers: Mapping[str, Any]) -> AnswerForm:
    """Make the form of a survey's current version with answers known already, of this version or another, where they fit."""
    questions = list_version_questions(survey.current_version)
    form = build_answer_form(questions, get_page_language())
    return form(
        formdata=None, data=build_answer_form_data(questions, answers), version=survey.current_version.fingerprint
    )
