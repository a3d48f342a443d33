"""Organizer pages on which the questions of a survey are edited and previewed."""

from collections.abc import Sequence

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.change_authors import follow_author
from trainer.clock import now
from trainer.extensions import db
from trainer.language import LANGUAGES
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.surveys.answering.wording import format_anonymity_promise
from trainer.surveys.builder import versions
from trainer.surveys.builder.changes.dependents import (
    ChoiceDependents,
    list_choice_dependents,
)
from trainer.surveys.builder.changes.notice import build_change_notice
from trainer.surveys.builder.changes.views import (
    build_change_address,
    find_current_question,
    redirect_to_change,
    redirect_with_message,
)
from trainer.surveys.builder.missing_translations import build_translation_warnings
from trainer.surveys.builder.preview import build_preview_form, build_question_preview
from trainer.surveys.builder.question_forms import (
    FIRST_POSITION,
    SurveyQuestionForm,
    build_question_form_data,
    build_survey_question_form,
    format_removed_keys,
)
from trainer.surveys.builder.question_list import has_own_code_question
from trainer.surveys.builder.wording import (
    EDITING_ERRORS,
    SURVEY_QUESTION_KIND_LABELS,
    format_anonymous_survey_error,
    format_editing_error,
)
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.desk import get_survey_for_edit_or_404, get_survey_or_404
from trainer.surveys.models import TEST_PURPOSES, Survey, SurveyPurpose
from trainer.surveys.questions.model import OVERALL_KEY, OWN_CODE_KEY, SurveyQuestion, SurveyQuestionKind
from trainer.surveys.schedule import get_survey_stage, is_survey_closed
from trainer.web.actions import commit_or_explain
from trainer.web.editing.creation import create_once, generate_nonce

desk = create_desk_blueprint("surveys_builder_questions", __name__)

MAX_QUESTIONS_IN_FULL = 30
"""The page shows more questions than this by their text only, so that it stays small."""


@desk.get("/seminars/<int:seminar_id>/surveys/<int:number>/edit")
def view_survey_builder(seminar_id: int, number: int) -> ResponseReturnValue:
    """Render the questions of a survey as people see them, each with its buttons."""
    survey = get_survey_or_404(seminar_id, number)
    questions = list_version_questions(survey.current_version)
    answered_ids = versions.list_answered_version_ids(db.session(), survey)
    addable_kinds = {
        kind: label
        for kind, label in SURVEY_QUESTION_KIND_LABELS.items()
        if can_add_question_kind(kind, survey, questions)
    }
    fixed_reason = format_fixed_questions_reason(survey, bool(answered_ids))
    return render_template(
        "surveys/builder/questions.html",
        seminar=survey.seminar,
        survey=survey,
        questions=questions,
        form=build_preview_form(questions),
        shows_in_full=len(questions) <= MAX_QUESTIONS_IN_FULL,
        kind_labels=SURVEY_QUESTION_KIND_LABELS,
        addable_kinds=addable_kinds,
        stage=get_survey_stage(survey, now()),
        fixed_reason=fixed_reason,
        is_answered=survey.current_version.id in answered_ids,
        answered_versions=[version for version in survey.versions[:-1] if version.id in answered_ids],
        lacks_overall=lacks_overall_question(survey, questions),
        is_test=survey.purpose in TEST_PURPOSES,
        change=None if fixed_reason else build_change_notice(db.session(), survey, now()),
        message_key=request.args.get("at", ""),
        **build_translation_warnings(survey),
    )


def lacks_overall_question(survey: Survey, questions: list[SurveyQuestion]) -> bool:
    """Return whether a satisfaction survey lacks the question from which the project indicator is computed."""
    has_overall = any(question.key == OVERALL_KEY for question in questions)
    return survey.purpose == SurveyPurpose.SATISFACTION and not has_overall


def format_fixed_questions_reason(survey: Survey, answered: bool) -> str:
    """Return why the questions of a survey can't change; empty if they can."""
    if is_survey_closed(survey, now()):
        return _("The survey is closed: its questions can’t be changed.")
    return format_anonymous_survey_error() if survey.anonymous and answered else ""


def can_add_question_kind(kind: SurveyQuestionKind, survey: Survey, questions: list[SurveyQuestion]) -> bool:
    """Return whether a question of a kind can be added: the personal code only to an anonymous survey, and once."""
    return kind != SurveyQuestionKind.CODE or (survey.anonymous and not has_own_code_question(questions))


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/edit/new/<kind>", methods=["GET", "POST"])
def add_question(seminar_id: int, number: int, kind: str) -> ResponseReturnValue:
    """Render the form of a new question of a kind, or save the question."""
    survey, question_kind = get_survey_or_404(seminar_id, number), get_question_kind_or_404(kind)
    questions = list_version_questions(survey.current_version)
    last_key = questions[-1].key if questions else FIRST_POSITION
    form = build_survey_question_form(question_kind, questions, questions)(data={"after": last_key})
    if process_question_form(form):
        with commit_or_explain(dict.fromkeys(EDITING_ERRORS, "")) as outcome:
            address = create_once(db.session(), lambda: create_question(survey, form), now())
        if outcome.refusal is None:
            return redirect(address, 303)
        add_editing_error(form, outcome.refusal)
    return render_question_editor(survey, form, None)


def create_question(survey: Survey, form: SurveyQuestionForm) -> str:
    """Create the question that was entered and return the address of the notice of that change. Raises EDITING_ERRORS."""
    versions.create_survey_question(db.session(), survey, form.question, get_previous_question_key(form), now())
    return build_change_address(survey)


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/edit/question/<key>", methods=["GET", "POST"])
def edit_question(seminar_id: int, number: int, key: str) -> ResponseReturnValue:
    """Render the form of a question, or save the changed question."""
    survey = get_survey_for_edit_or_404(seminar_id, number)
    question = find_current_question(survey, key)
    if question is None:
        return render_removed_question(survey, key)
    form = build_edit_form(survey, question)
    if process_question_form(form):
        removed = list_choice_dependents(db.session(), survey, question, form.remaining_choices)
        if removed and not form.is_removal_confirmed([dependents.choice.key for dependents in removed]):
            return render_question_editor(survey, form, question, removed)
        with commit_or_explain(dict.fromkeys(EDITING_ERRORS, "")) as outcome:
            save_edited_question(survey, question, form)
        if outcome.refusal is None:
            return redirect_to_change(survey)
        add_editing_error(form, outcome.refusal)
    return render_question_editor(survey, form, question)


def render_removed_question(survey: Survey, key: str) -> ResponseReturnValue:
    """Render what was typed for a question that somebody else has removed, as a new question; without it, say that it is gone."""
    kind = request.form.get("kind", "")
    questions = list_version_questions(survey.current_version)
    if kind not in set(SurveyQuestionKind) or not can_add_question_kind(SurveyQuestionKind(kind), survey, questions):
        return redirect_with_message(survey, "", format_editing_error(versions.QuestionChanged()), "error")
    form: SurveyQuestionForm = build_survey_question_form(SurveyQuestionKind(kind), questions, questions)()
    form.nonce.data = generate_nonce()
    if form.after.data not in [choice.value for choice in form.after.choices]:
        form.after.data = questions[-1].key if questions else FIRST_POSITION
    page, _status = render_question_editor(survey, form, None, removed_key=key)
    return page, 409


def build_edit_form(survey: Survey, question: SurveyQuestion) -> SurveyQuestionForm:
    """Return the form of an existing question, with its content or with the data of the current request."""
    questions = list_version_questions(survey.current_version)
    position = questions.index(question)
    others = [other for other in questions if other.key != question.key]
    has_fixed_key = question.key in (OVERALL_KEY, OWN_CODE_KEY)
    answered = not has_fixed_key and versions.is_survey_answered(db.session(), survey)
    data = {
        **build_question_form_data(question, questions[position - 1].key if position else FIRST_POSITION),
        "counts_on": True,
    }
    form = build_survey_question_form(question.kind, others, questions[:position], answered=answered)(data=data)
    stored = {name: value for name, value in data.items() if name != "counts_on"}
    form.track_changes(stored, follow_author(db.session(), survey.current_version, survey))
    return form


def save_edited_question(survey: Survey, question: SurveyQuestion, form: SurveyQuestionForm) -> None:
    """Replace a question, as it was read under the lock, by the one in the form. Raises the exceptions of EDITING_ERRORS."""
    versions.update_survey_question(
        db.session(),
        survey,
        question.key,
        form.question,
        after_key=get_previous_question_key(form),
        seen_fingerprint=versions.compute_questions_fingerprint([question]),
        now=now(),
        counted_together=form.counts_on is None or bool(form.counts_on.data),
    )


def get_question_kind_or_404(kind: str) -> SurveyQuestionKind:
    """Return the question kind in an address, or abort with 404."""
    return SurveyQuestionKind(kind) if kind in set(SurveyQuestionKind) else abort(404)


def get_previous_question_key(form: SurveyQuestionForm) -> str:
    """Return the key of the question that the new position follows; empty for the first position."""
    return "" if form.after.data == FIRST_POSITION else form.after.data


def process_question_form(form: SurveyQuestionForm) -> bool:
    """Return whether the form was submitted to be saved and is valid.

    The buttons for more rows, for another order and for one row less change the form and show it again; so does another page
    language.
    """
    if not form.is_submitted() or "more" in request.form:
        form.append_spare_rows()
        return False
    if "up" in request.form:
        form.move_entry_up(request.form.get("up", 0, type=int))
        return False
    if "remove" in request.form:
        form.remove_entry(request.form.get("remove", -1, type=int))
        return False
    return form.validate_on_submit()


def add_editing_error(form: SurveyQuestionForm, error: Exception) -> None:
    """Set the message for an exception of EDITING_ERRORS on the condition if that may be to blame, else on the position."""
    may_be_condition = isinstance(error, versions.QuestionsInvalid) and form.show_if.data
    (form.show_if if may_be_condition else form.after).errors = [format_editing_error(error)]


def render_question_editor(
    survey: Survey,
    form: SurveyQuestionForm,
    question: SurveyQuestion | None,
    removed: Sequence[ChoiceDependents] = (),
    removed_key: str = "",
) -> tuple[str, int]:
    """Render the form of a question, None for a new one, with its preview.

    `removed` are choices whose removal has to be confirmed. The status is 422 if they or errors prevented saving.
    `removed_key` is that of the question for which the form was filled in, where somebody else has removed it.
    """
    form.removing.data = format_removed_keys(dependents.choice.key for dependents in removed)
    page = render_template(
        "surveys/builder/question.html",
        seminar=survey.seminar,
        survey=survey,
        form=form,
        question=question,
        removed=removed,
        removed_key=removed_key,
        kind_label=SURVEY_QUESTION_KIND_LABELS[form.kind],
        shows_correct=survey.purpose in TEST_PURPOSES or bool(question and question.has_correct_choice),
        **build_question_preview(form, list_version_questions(survey.current_version)),
    )
    return page, 422 if removed else form.status_code


@desk.post("/seminars/<int:seminar_id>/surveys/<int:number>/preview/<kind>")
def view_question_preview(seminar_id: int, number: int, kind: str) -> ResponseReturnValue:
    """Render the preview of a question that is being edited, as a part of a page and in the chosen language."""
    survey, question_kind = get_survey_or_404(seminar_id, number), get_question_kind_or_404(kind)
    questions = list_version_questions(survey.current_version)
    form = build_survey_question_form(question_kind, questions, questions)()
    chosen_language = request.form.get("preview-language", "")
    with force_locale(chosen_language if chosen_language in LANGUAGES else get_page_language()):
        return render_template("surveys/builder/preview_question.html", **build_question_preview(form, questions))


@desk.get("/seminars/<int:seminar_id>/surveys/<int:number>/preview")
def view_survey_preview(seminar_id: int, number: int) -> ResponseReturnValue:
    """Render the survey as people see it; the page can't be submitted."""
    survey = get_survey_or_404(seminar_id, number)
    return render_template(
        "surveys/builder/preview.html",
        seminar=survey.seminar,
        survey=survey,
        form=build_preview_form(list_version_questions(survey.current_version)),
        promise_text=format_anonymity_promise(survey),
    )


@desk.get("/seminars/<int:seminar_id>/surveys/<int:number>/versions/<int:version_number>")
def view_survey_version(seminar_id: int, number: int, version_number: int) -> ResponseReturnValue:
    """Render an earlier version of a survey as people answered it."""
    survey = get_survey_or_404(seminar_id, number)
    version = next((version for version in survey.versions if version.number == version_number), None) or abort(404)
    form = build_preview_form(list_version_questions(version))
    return render_template(
        "surveys/builder/version.html", seminar=survey.seminar, survey=survey, version=version, form=form
    )
