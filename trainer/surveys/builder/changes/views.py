"""Organizer pages that move and remove questions and undo changes; each leads back to the place of the change."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.surveys.builder import versions
from trainer.surveys.builder.changes.dependents import find_question_dependents
from trainer.surveys.builder.wording import EDITING_ERRORS, format_editing_error
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.desk import get_survey_or_404
from trainer.surveys.models import Survey
from trainer.surveys.questions.model import OVERALL_KEY, SurveyQuestion
from trainer.surveys.questions.templates import get_satisfaction_template
from trainer.web.actions import commit_or_explain

desk = create_desk_blueprint("surveys_builder_changes", __name__)

QUESTIONS_PAGE = "surveys_builder_questions.view_survey_builder"
CHANGE_ANCHOR = "change"
"""The id of the notice of the newest change on the page of all questions."""


@desk.post("/seminars/<int:seminar_id>/surveys/<int:number>/arrange")
def submit_question_arrangement(seminar_id: int, number: int) -> ResponseReturnValue:
    """Move a question, or add the overall question: the field `decision` holds the action and the key."""
    survey = get_survey_or_404(seminar_id, number)
    action, _space, key = request.form.get("decision", "").partition(" ")
    with commit_or_explain(dict.fromkeys(EDITING_ERRORS, "")) as outcome:
        if action in ("up", "down"):
            versions.move_survey_question(db.session(), survey, key, action == "up", now())
        elif action == "overall":
            versions.create_survey_question(db.session(), survey, get_overall_question(survey), "", now())
        else:
            abort(400)
    if outcome.refusal:
        return redirect_with_message(survey, key, format_editing_error(outcome.refusal), "error")
    return redirect_to_change(survey)


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/edit/question/<key>/remove", methods=["GET", "POST"])
def submit_question_removal(seminar_id: int, number: int, key: str) -> ResponseReturnValue:
    """Render what removing a question means, or remove it."""
    survey = get_survey_or_404(seminar_id, number)
    question = find_current_question(survey, key)
    if question is None:
        return redirect_with_message(survey, "", format_editing_error(versions.QuestionChanged()), "error")
    if request.method == "GET":
        return render_template(
            "surveys/builder/remove.html",
            seminar=survey.seminar,
            survey=survey,
            question=question,
            number=list_version_questions(survey.current_version).index(question) + 1,
            dependents=find_question_dependents(db.session(), survey, question),
        )
    with commit_or_explain(dict.fromkeys(EDITING_ERRORS, "")) as outcome:
        versions.delete_survey_question(db.session(), survey, key, now())
    if outcome.refusal:
        return redirect_with_message(survey, key, format_editing_error(outcome.refusal), "error")
    return redirect_to_change(survey)


@desk.post("/seminars/<int:seminar_id>/surveys/<int:number>/undo/<int:change_id>")
def submit_change_undo(seminar_id: int, number: int, change_id: int) -> ResponseReturnValue:
    """Undo the newest change of the questions."""
    survey = get_survey_or_404(seminar_id, number)
    with commit_or_explain(dict.fromkeys(EDITING_ERRORS, "")) as outcome:
        key = versions.undo_survey_change(db.session(), survey, change_id, now()).question_key
    if outcome.refusal:
        return redirect_with_message(survey, "", format_editing_error(outcome.refusal), "error")
    return redirect_with_message(survey, key, _("Undone."), "success")


def redirect_to_change(survey: Survey) -> ResponseReturnValue:
    """Redirect to the newest change on the page of all questions, where it can be undone."""
    return redirect(build_change_address(survey), 303)


def build_change_address(survey: Survey) -> str:
    """Return the address of the newest change on the page of all questions."""
    return url_for(QUESTIONS_PAGE, seminar_id=survey.seminar_id, number=survey.number, _anchor=CHANGE_ANCHOR)


def redirect_with_message(survey: Survey, key: str, message: str, category: str) -> ResponseReturnValue:
    """Redirect to a question on the page of all questions, where the message stands; to the top if it is not there."""
    flash(message, category)
    is_there = find_current_question(survey, key) is not None
    address = url_for(
        QUESTIONS_PAGE,
        seminar_id=survey.seminar_id,
        number=survey.number,
        at=key if is_there else None,
        _anchor=f"at-{key}" if is_there else None,
    )
    return redirect(address, 303)


def find_current_question(survey: Survey, key: str) -> SurveyQuestion | None:
    """Return the question of the current version with a key; None if there is none."""
    questions = list_version_questions(survey.current_version)
    return next((question for question in questions if question.key == key), None)


def get_overall_question(survey: Survey) -> SurveyQuestion:
    """Return the overall question of the ready-made survey for the seminar's audience."""
    questions = get_satisfaction_template(survey.seminar).questions
    return next(question for question in questions if question.key == OVERALL_KEY)
