"""The desk's pages on which a survey is built: its questions as they are answered, one question's form, the preview, older versions."""

from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language import LANGUAGES
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.surveys.answering.forms import AnswerForm, build_answer_form
from trainer.surveys.answering.wording import format_anonymity_promise
from trainer.surveys.builder import versions
from trainer.surveys.builder.question_forms import (
    FIRST_POSITION,
    SurveyQuestionForm,
    build_placeholder_text,
    build_question_form_data,
    build_survey_question_form,
)
from trainer.surveys.builder.wording import SURVEY_QUESTION_KIND_LABELS, format_questions_error
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.desk import get_survey_or_404
from trainer.surveys.models import TEST_PURPOSES, Survey, SurveyPurpose
from trainer.surveys.questions.model import OVERALL_KEY, OWN_CODE_KEY, Choice, SurveyQuestion, SurveyQuestionKind
from trainer.surveys.questions.templates import get_satisfaction_template
from trainer.surveys.schedule import get_survey_stage, is_survey_closed

desk = create_desk_blueprint("surveys_builder_questions", __name__)

EDITING_ERRORS = (
    versions.SurveyEditingClosed,
    versions.AnonymousSurveyAnswered,
    versions.QuestionChanged,
    versions.OwnCodeNotAllowed,
    versions.QuestionsMissing,
)

MAX_QUESTIONS_IN_FULL = 30
"""How many questions are shown whole where a survey is built; of more only the words, so that the page stays light."""


def format_editing_error(error: Exception) -> str:
    """Say why a change was not possible."""
    if isinstance(error, versions.QuestionsInvalid):
        return format_questions_error(error)
    if isinstance(error, versions.SurveyEditingClosed):
        return _("The survey is closed: its questions can’t be changed.")
    if isinstance(error, versions.AnonymousSurveyAnswered):
        return format_anonymous_survey_error()
    if isinstance(error, versions.OwnCodeNotAllowed):
        return _(
            "The personal code is for matching anonymous tests. In a survey with names it would reveal whose anonymous "
            "answers are whose."
        )
    if isinstance(error, versions.QuestionsMissing):
        return _("A released survey must have at least one question.")
    return _("Another person has changed this question since you opened it. Check its current version.")


def format_anonymous_survey_error() -> str:
    """Say why an anonymous survey that was answered stays."""
    return _(
        "This anonymous survey has been answered, so its questions can’t be changed: a new version would reveal who "
        "answered before the change and who after."
    )


def build_preview_form(questions: list[SurveyQuestion]) -> AnswerForm:
    """Make the form that people answer, empty."""
    return build_answer_form(questions, get_page_language())(formdata=None)


@desk.get("/seminars/<int:seminar_id>/surveys/<int:number>/edit")
def view_survey_builder(seminar_id: int, number: int) -> ResponseReturnValue:
    """Show the questions as they are answered, each with its buttons."""
    return render_survey_builder(get_survey_or_404(seminar_id, number))


def render_survey_builder(survey: Survey, status: int = 200) -> ResponseReturnValue:
    """Show the page on which a survey is built."""
    questions = list_version_questions(survey.current_version)
    answered = versions.list_answered_version_ids(db.session(), survey)
    overall = any(each.key == OVERALL_KEY for each in questions)
    page = render_template(
        "surveys/builder/questions.html",
        seminar=survey.seminar,
        survey=survey,
        questions=questions,
        form=build_preview_form(questions),
        whole=len(questions) <= MAX_QUESTIONS_IN_FULL,
        kind_names=SURVEY_QUESTION_KIND_LABELS,
        kinds={
            kind: name
            for kind, name in SURVEY_QUESTION_KIND_LABELS.items()
            if can_add_question_kind(kind, survey, questions)
        },
        stage=get_survey_stage(survey, now()),
        why_fixed=format_fixed_questions_reason(survey, bool(answered)),
        answered=survey.current_version.id in answered,
        older=[each for each in survey.versions[:-1] if each.id in answered],
        lacks_overall=survey.purpose == SurveyPurpose.SATISFACTION and not overall,
        is_test=survey.purpose in TEST_PURPOSES,
    )
    return page, status


def format_fixed_questions_reason(survey: Survey, answered: bool) -> str:
    """Say why the questions can't be changed, empty where they can."""
    if is_survey_closed(survey, now()):
        return _("The survey is closed: its questions can’t be changed.")
    return format_anonymous_survey_error() if survey.anonymous and answered else ""


def can_add_question_kind(kind: SurveyQuestionKind, survey: Survey, questions: list[SurveyQuestion]) -> bool:
    """Whether a survey may ask a question of a kind: for the own code only where it is anonymous, and once."""
    return kind != SurveyQuestionKind.CODE or (survey.anonymous and not versions.has_own_code_question(questions))


@desk.post("/seminars/<int:seminar_id>/surveys/<int:number>/arrange")
def submit_question_arrangement(seminar_id: int, number: int) -> ResponseReturnValue:
    """Move a question up or down, take it away, or put the overall item in."""
    survey = get_survey_or_404(seminar_id, number)
    decision, _of, key = request.form.get("decision", "").partition(" ")
    try:
        if decision in ("up", "down"):
            versions.move_survey_question(db.session(), survey, key, decision == "up", now())
        elif decision == "remove":
            versions.delete_survey_question(db.session(), survey, key, now())
        elif decision == "overall":
            versions.create_survey_question(db.session(), survey, get_overall_question(survey), "", now())
        else:
            abort(400)
        db.session.commit()
    except (*EDITING_ERRORS, versions.QuestionsInvalid) as error:
        said = format_editing_error(error)
        db.session.rollback()
        flash(said, "error")
    return redirect_to_question(seminar_id, number, "" if decision == "remove" else key)


def redirect_to_question(seminar_id: int, number: int, key: str) -> ResponseReturnValue:
    """Go back to the questions, to the one that was changed."""
    anchor = f"at-{key}" if key else None
    return redirect(url_for(".view_survey_builder", seminar_id=seminar_id, number=number, _anchor=anchor), 303)


def get_overall_question(survey: Survey) -> SurveyQuestion:
    """Give the item from which the project's figure is computed."""
    return next(each for each in get_satisfaction_template(survey.seminar).questions if each.key == OVERALL_KEY)


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/edit/new/<kind>", methods=["GET", "POST"])
def add_question(seminar_id: int, number: int, kind: str) -> ResponseReturnValue:
    """Word a new question of a kind."""
    survey, wanted = get_survey_or_404(seminar_id, number), get_question_kind_or_404(kind)
    there = list_version_questions(survey.current_version)
    last = there[-1].key if there else FIRST_POSITION
    form = build_survey_question_form(wanted, there, there)(data={"after": last})
    if process_question_form(form):
        try:
            new = versions.create_survey_question(
                db.session(), survey, form.question, get_previous_question_key(form), now()
            )
            db.session.commit()
            flash(_("Saved."), "success")
            return redirect_to_question(seminar_id, number, new.key)
        except (*EDITING_ERRORS, versions.QuestionsInvalid) as error:
            add_editing_error(form, error)
    return render_question_editor(survey, form, None)


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/edit/question/<key>", methods=["GET", "POST"])
def edit_question(seminar_id: int, number: int, key: str) -> ResponseReturnValue:
    """Word a question anew."""
    survey = get_survey_or_404(seminar_id, number)
    there = list_version_questions(survey.current_version)
    asked = next((each for each in there if each.key == key), None)
    if asked is None:
        flash(format_editing_error(versions.QuestionChanged()), "error")
        return redirect_to_question(seminar_id, number, "")
    place = there.index(asked)
    others = [each for each in there if each.key != key]
    fixed = key in (OVERALL_KEY, OWN_CODE_KEY)
    answered = not fixed and versions.is_survey_answered(db.session(), survey)
    before = there[place - 1].key if place else FIRST_POSITION
    data = {
        **build_question_form_data(asked, before),
        "seen": versions.compute_questions_fingerprint([asked]),
        "counts_on": True,
    }
    form = build_survey_question_form(asked.kind, others, there[:place], answered=answered)(data=data)
    if process_question_form(form):
        try:
            new = versions.update_survey_question(
                db.session(),
                survey,
                key,
                form.question,
                after_key=get_previous_question_key(form),
                seen_fingerprint=form.seen.data or "",
                now=now(),
                counted_together=form.counts_on is None or bool(form.counts_on.data),
            )
            db.session.commit()
            flash(_("Saved."), "success")
            return redirect_to_question(seminar_id, number, new.key)
        except (*EDITING_ERRORS, versions.QuestionsInvalid) as error:
            add_editing_error(form, error)
    return render_question_editor(survey, form, asked)


def get_question_kind_or_404(kind: str) -> SurveyQuestionKind:
    """Read the kind in an address."""
    return SurveyQuestionKind(kind) if kind in set(SurveyQuestionKind) else abort(404)


def get_previous_question_key(form: SurveyQuestionForm) -> str:
    """Give the key of the question before, empty for the first place."""
    return "" if form.after.data == FIRST_POSITION else form.after.data


def process_question_form(form: SurveyQuestionForm) -> bool:
    """Whether the form is to be kept: it was sent, it is valid, and not only more rows, another order or language were asked for."""
    if not form.is_submitted():
        form.append_spare_rows()
        return False
    if "more" in request.form:
        form.append_spare_rows()
        return False
    if "up" in request.form:
        form.move_entry_up(request.form.get("up", 0, type=int))
        return False
    return form.validate_on_submit()


def add_editing_error(form: SurveyQuestionForm, error: Exception) -> None:
    """Say in the form why it could not be kept; what was typed stays."""
    said = format_editing_error(error)
    db.session.rollback()
    condition = isinstance(error, versions.QuestionsInvalid) and form.show_if.data
    (form.show_if if condition else form.after).errors = [said]


def render_question_editor(
    survey: Survey, form: SurveyQuestionForm, question: SurveyQuestion | None
) -> ResponseReturnValue:
    """Show the form of a question, and beside it the question as it is answered."""
    others = list_version_questions(survey.current_version)
    page = render_template(
        "surveys/builder/question.html",
        seminar=survey.seminar,
        survey=survey,
        form=form,
        asked=question,
        kind=SURVEY_QUESTION_KIND_LABELS[form.kind],
        others=others,
        shows_right=survey.purpose in TEST_PURPOSES or bool(question and question.has_correct_choice),
        **build_question_preview(form, others),
    )
    return page, 422 if form.errors else 200


def build_question_preview(form: SurveyQuestionForm, other_questions: list[SurveyQuestion]) -> dict[str, Any]:
    """Give what the preview of one question shows."""
    typed = form.question
    there = {each.key for each in other_questions}
    shown = replace(
        typed,
        key="preview",
        text=typed.text or build_placeholder_text(),
        choices=tuple(replace(each, key=f"c{place}") for place, each in enumerate(typed.choices)),
        rows=tuple(
            replace(each, key=f"r{place}") for place, each in enumerate(typed.rows or build_placeholder_rows(typed))
        ),
        show_if=typed.show_if if typed.show_if and typed.show_if.question_key in there else None,
    )
    return {"preview": build_preview_form([*other_questions, shown]), "previewed": shown}


def build_placeholder_rows(question: SurveyQuestion) -> tuple[Choice, ...]:
    """Give the row that a matrix without rows shows."""
    return (Choice("", build_placeholder_text()),) if question.kind == SurveyQuestionKind.MATRIX else ()


@desk.post("/seminars/<int:seminar_id>/surveys/<int:number>/preview/<kind>")
def view_question_preview(seminar_id: int, number: int, kind: str) -> ResponseReturnValue:
    """Show a question that is being typed as it would be answered: the part of a page that stands beside the form."""
    survey, wanted = get_survey_or_404(seminar_id, number), get_question_kind_or_404(kind)
    others = list_version_questions(survey.current_version)
    form = build_survey_question_form(wanted, others, others)()
    wished = request.form.get("preview-language", "")
    with force_locale(wished if wished in LANGUAGES else get_page_language()):
        return render_template("surveys/builder/preview_question.html", **build_question_preview(form, others))


@desk.get("/seminars/<int:seminar_id>/surveys/<int:number>/preview")
def view_survey_preview(seminar_id: int, number: int) -> ResponseReturnValue:
    """Show the survey as people see it; nothing is sent."""
    survey = get_survey_or_404(seminar_id, number)
    form = build_preview_form(list_version_questions(survey.current_version))
    return render_template(
        "surveys/builder/preview.html",
        seminar=survey.seminar,
        survey=survey,
        form=form,
        promise_text=format_anonymity_promise(survey),
    )


@desk.get("/seminars/<int:seminar_id>/surveys/<int:number>/versions/<int:version_number>")
def view_survey_version(seminar_id: int, number: int, version_number: int) -> ResponseReturnValue:
    """Show an older version, as people answered it."""
    survey = get_survey_or_404(seminar_id, number)
    asked = next((each for each in survey.versions if each.number == version_number), None) or abort(404)
    form = build_preview_form(list_version_questions(asked))
    return render_template(
        "surveys/builder/version.html", seminar=survey.seminar, survey=survey, version=asked, form=form
    )
