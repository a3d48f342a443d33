"""The desk's pages on which a survey is built: its questions as they are answered, one question's form, the preview, older versions."""

from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from trainer.accounts.access import desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language import LANGUAGES
from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.surveys.answering.forms import AnswerForm, answer_form
from trainer.surveys.builder import settings, versions
from trainer.surveys.builder.question_forms import FIRST, QuestionForm, blank, question_data, question_form
from trainer.surveys.builder.wording import KINDS, why_refused
from trainer.surveys.desk import survey_or_404
from trainer.surveys.models import TESTS, Purpose, Survey
from trainer.surveys.questions.model import OVERALL, OWN_CODE, Choice, Question, QuestionKind
from trainer.surveys.questions.templates import satisfaction_for
from trainer.surveys.responses import is_closed, questions_of

desk = desk_blueprint("surveys_builder_questions", __name__)

HINDRANCES = (
    versions.SurveyOver,
    versions.AnonymousStands,
    versions.ChangedMeanwhile,
    versions.CodeWithNames,
    versions.NoQuestions,
)

MOST_WHOLE = 30
"""How many questions are shown whole where a survey is built; of more only the words, so that the page stays light."""


def hindrance(error: Exception) -> str:
    """Say why a change was not possible."""
    if isinstance(error, versions.QuestionsRefused):
        return why_refused(error)
    if isinstance(error, versions.SurveyOver):
        return _("The survey is closed: its questions stay as they are.")
    if isinstance(error, versions.AnonymousStands):
        return anonymous_stands()
    if isinstance(error, versions.CodeWithNames):
        return _(
            "The own code pairs anonymous tests. In a survey with names it would tell whose anonymous answers are whose."
        )
    if isinstance(error, versions.NoQuestions):
        return _("A survey that people are asked has one question at least.")
    return _("Somebody else has changed this question meanwhile. Please look at it as it is now.")


def anonymous_stands() -> str:
    """Say why an anonymous survey that was answered stays."""
    return _(
        "Somebody has answered this anonymous survey, so its questions stay: another version would tell who answered before "
        "the change and who after."
    )


def preview_of(questions: list[Question]) -> AnswerForm:
    """Make the form that people answer, empty."""
    return answer_form(questions, language())(formdata=None)


@desk.get("/seminars/<int:seminar_id>/surveys/<int:number>/edit")
def edit(seminar_id: int, number: int) -> ResponseReturnValue:
    """Show the questions as they are answered, each with its buttons."""
    return show(survey_or_404(seminar_id, number))


def show(survey: Survey, status: int = 200) -> ResponseReturnValue:
    """Show the page on which a survey is built."""
    questions = questions_of(survey.current)
    answered = versions.answered_versions(db.session(), survey)
    overall = any(each.key == OVERALL for each in questions)
    page = render_template(
        "surveys/builder/questions.html",
        seminar=survey.seminar,
        survey=survey,
        questions=questions,
        form=preview_of(questions),
        whole=len(questions) <= MOST_WHOLE,
        kind_names=KINDS,
        kinds={kind: name for kind, name in KINDS.items() if may_be_added(kind, survey, questions)},
        stage=settings.stage_of(survey, now()),
        why_fixed=why_fixed(survey, bool(answered)),
        answered=survey.current.id in answered,
        older=[each for each in survey.versions[:-1] if each.id in answered],
        lacks_overall=survey.purpose == Purpose.SATISFACTION and not overall,
        is_test=survey.purpose in TESTS,
    )
    return page, status


def why_fixed(survey: Survey, answered: bool) -> str:
    """Say why the questions can't be changed, empty where they can."""
    if is_closed(survey, now()):
        return _("The survey is closed: its questions stay as they are.")
    return anonymous_stands() if survey.anonymous and answered else ""


def may_be_added(kind: QuestionKind, survey: Survey, questions: list[Question]) -> bool:
    """Whether a survey may ask a question of a kind: for the own code only where it is anonymous, and once."""
    return kind != QuestionKind.CODE or (survey.anonymous and not versions.asks_code(questions))


@desk.post("/seminars/<int:seminar_id>/surveys/<int:number>/arrange")
def arrange(seminar_id: int, number: int) -> ResponseReturnValue:
    """Move a question up or down, take it away, or put the overall item in."""
    survey = survey_or_404(seminar_id, number)
    decision, _of, key = request.form.get("decision", "").partition(" ")
    try:
        if decision in ("up", "down"):
            versions.move(db.session(), survey, key, decision == "up", now())
        elif decision == "remove":
            versions.remove(db.session(), survey, key, now())
        elif decision == "overall":
            versions.add(db.session(), survey, overall_item(survey), "", now())
        else:
            abort(400)
        db.session.commit()
    except (*HINDRANCES, versions.QuestionsRefused) as error:
        said = hindrance(error)
        db.session.rollback()
        flash(said, "error")
    return back(seminar_id, number, "" if decision == "remove" else key)


def back(seminar_id: int, number: int, key: str) -> ResponseReturnValue:
    """Go back to the questions, to the one that was changed."""
    anchor = f"at-{key}" if key else None
    return redirect(url_for(".edit", seminar_id=seminar_id, number=number, _anchor=anchor), 303)


def overall_item(survey: Survey) -> Question:
    """Give the item from which the project's figure is computed."""
    return next(each for each in satisfaction_for(survey.seminar).questions if each.key == OVERALL)


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/edit/new/<kind>", methods=["GET", "POST"])
def add(seminar_id: int, number: int, kind: str) -> ResponseReturnValue:
    """Word a new question of a kind."""
    survey, wanted = survey_or_404(seminar_id, number), kind_or_404(kind)
    there = questions_of(survey.current)
    last = there[-1].key if there else FIRST
    form = question_form(wanted, there, there)(data={"after": last})
    if proceed(form):
        try:
            new = versions.add(db.session(), survey, form.question, place_of(form), now())
            db.session.commit()
            flash(_("Saved."), "success")
            return back(seminar_id, number, new.key)
        except (*HINDRANCES, versions.QuestionsRefused) as error:
            refuse(form, error)
    return show_question(survey, form, None)


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/edit/question/<key>", methods=["GET", "POST"])
def change(seminar_id: int, number: int, key: str) -> ResponseReturnValue:
    """Word a question anew."""
    survey = survey_or_404(seminar_id, number)
    there = questions_of(survey.current)
    asked = next((each for each in there if each.key == key), None)
    if asked is None:
        flash(hindrance(versions.ChangedMeanwhile()), "error")
        return back(seminar_id, number, "")
    place = there.index(asked)
    others = [each for each in there if each.key != key]
    fixed = key in (OVERALL, OWN_CODE)
    answered = not fixed and versions.is_answered(db.session(), survey)
    before = there[place - 1].key if place else FIRST
    data = {**question_data(asked, before), "seen": versions.mark_of([asked]), "counts_on": True}
    form = question_form(asked.kind, others, there[:place], answered=answered)(data=data)
    if proceed(form):
        try:
            new = versions.change(
                db.session(),
                survey,
                key,
                form.question,
                after=place_of(form),
                seen=form.seen.data or "",
                now=now(),
                counts_on=form.counts_on is None or bool(form.counts_on.data),
            )
            db.session.commit()
            flash(_("Saved."), "success")
            return back(seminar_id, number, new.key)
        except (*HINDRANCES, versions.QuestionsRefused) as error:
            refuse(form, error)
    return show_question(survey, form, asked)


def kind_or_404(kind: str) -> QuestionKind:
    """Read the kind in an address."""
    return QuestionKind(kind) if kind in set(QuestionKind) else abort(404)


def place_of(form: QuestionForm) -> str:
    """Give the key of the question before, empty for the first place."""
    return "" if form.after.data == FIRST else form.after.data


def proceed(form: QuestionForm) -> bool:
    """Whether the form is to be kept: it was sent, it is valid, and not only more rows, another order or language were asked for."""
    if not form.is_submitted():
        form.add_rows()
        return False
    if "more" in request.form:
        form.add_rows()
        return False
    if "up" in request.form:
        form.move_up(request.form.get("up", 0, type=int))
        return False
    return form.validate_on_submit()


def refuse(form: QuestionForm, error: Exception) -> None:
    """Say in the form why it could not be kept; what was typed stays."""
    said = hindrance(error)
    db.session.rollback()
    condition = isinstance(error, versions.QuestionsRefused) and form.show_if.data
    (form.show_if if condition else form.after).errors = [said]


def show_question(survey: Survey, form: QuestionForm, asked: Question | None) -> ResponseReturnValue:
    """Show the form of a question, and beside it the question as it is answered."""
    others = questions_of(survey.current)
    page = render_template(
        "surveys/builder/question.html",
        seminar=survey.seminar,
        survey=survey,
        form=form,
        asked=asked,
        kind=KINDS[form.kind],
        others=others,
        shows_right=survey.purpose in TESTS or bool(asked and asked.is_test),
        **previewed(form, others),
    )
    return page, 422 if form.errors else 200


def previewed(form: QuestionForm, others: list[Question]) -> dict[str, Any]:
    """Give what the preview of one question shows."""
    typed = form.question
    there = {each.key for each in others}
    shown = replace(
        typed,
        key="preview",
        text=typed.text or blank(),
        choices=tuple(replace(each, key=f"c{place}") for place, each in enumerate(typed.choices)),
        rows=tuple(replace(each, key=f"r{place}") for place, each in enumerate(typed.rows or blank_rows(typed))),
        show_if=typed.show_if if typed.show_if and typed.show_if.question in there else None,
    )
    return {"preview": preview_of([*others, shown]), "previewed": shown}


def blank_rows(question: Question) -> tuple[Choice, ...]:
    """Give the row that a matrix without rows shows."""
    return (Choice("", blank()),) if question.kind == QuestionKind.MATRIX else ()


@desk.post("/seminars/<int:seminar_id>/surveys/<int:number>/preview/<kind>")
def live(seminar_id: int, number: int, kind: str) -> ResponseReturnValue:
    """Show a question that is being typed as it would be answered: the part of a page that stands beside the form."""
    survey, wanted = survey_or_404(seminar_id, number), kind_or_404(kind)
    others = questions_of(survey.current)
    form = question_form(wanted, others, others)()
    wished = request.form.get("preview-language", "")
    with force_locale(wished if wished in LANGUAGES else language()):
        return render_template("surveys/builder/preview_question.html", **previewed(form, others))


@desk.get("/seminars/<int:seminar_id>/surveys/<int:number>/preview")
def preview(seminar_id: int, number: int) -> ResponseReturnValue:
    """Show the survey as people see it; nothing is sent."""
    survey = survey_or_404(seminar_id, number)
    form = preview_of(questions_of(survey.current))
    return render_template("surveys/builder/preview.html", seminar=survey.seminar, survey=survey, form=form)


@desk.get("/seminars/<int:seminar_id>/surveys/<int:number>/versions/<int:version_number>")
def version(seminar_id: int, number: int, version_number: int) -> ResponseReturnValue:
    """Show an older version, as people answered it."""
    survey = survey_or_404(seminar_id, number)
    asked = next((each for each in survey.versions if each.number == version_number), None) or abort(404)
    form = preview_of(questions_of(asked))
    return render_template(
        "surveys/builder/version.html", seminar=survey.seminar, survey=survey, version=asked, form=form
    )
