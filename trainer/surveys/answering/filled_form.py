"""Filling in a survey's form: with what was sent, or with what is known already."""

from collections.abc import Mapping
from typing import Any

from trainer.language.choice import language
from trainer.surveys.answering.forms import AnswerForm, answer_form, data_of
from trainer.surveys.models import Survey
from trainer.surveys.responses import questions_of


def form_of(survey: Survey) -> AnswerForm:
    """Make the form of a survey's current version with what was sent."""
    return answer_form(questions_of(survey.current), language())(version=survey.current.mark)


def blank(survey: Survey, given: Mapping[str, Any]) -> AnswerForm:
    """Make the form of a survey's current version with answers known already, of this version or another, where they fit."""
    questions = questions_of(survey.current)
    form = answer_form(questions, language())
    return form(formdata=None, data=data_of(questions, given), version=survey.current.mark)
