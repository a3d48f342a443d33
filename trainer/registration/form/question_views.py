"""The organizer's pages of a seminar's registration questions."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.change_authors import follow_author
from trainer.clock import now
from trainer.extensions import db
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.registration.form import questions
from trainer.registration.form.question_fields import QuestionAnswersForm, build_answers_form_class
from trainer.registration.form.question_form import (
    QUESTION_KIND_NAMES,
    RegistrationQuestionForm,
    build_registration_question_data,
)
from trainer.registration.models import RegistrationQuestion
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404
from trainer.web.actions import commit_or_explain
from trainer.web.editing.conflicts import lock_for_edit
from trainer.web.editing.creation import create_once

desk = create_desk_blueprint("registration_form", __name__)


def get_registration_question_or_404(question_id: int) -> RegistrationQuestion:
    """Return the question with an id; abort with 404."""
    return db.session.get(RegistrationQuestion, question_id) or abort(404)


def redirect_to_registration_questions(seminar_id: int) -> ResponseReturnValue:
    """Redirect to the questions of a seminar."""
    return redirect(url_for("registration_form.add_registration_question", seminar_id=seminar_id), 303)


@desk.route("/seminars/<int:seminar_id>/questions", methods=["GET", "POST"])
def add_registration_question(seminar_id: int) -> ResponseReturnValue:
    """Render the questions of a seminar, and add the one that was submitted."""
    seminar = get_seminar_or_404(seminar_id)
    form = RegistrationQuestionForm()
    if not form.validate_on_submit():
        return render_registration_questions(seminar, form)
    try:
        create_once(db.session(), lambda: create_question(seminar, form), now())
    except questions.TooManyQuestions:
        db.session.rollback()
        form.label.form.kk.errors = [format_too_many_questions()]
        return render_registration_questions(seminar, form)
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect_to_registration_questions(seminar_id)


def create_question(seminar: Seminar, form: RegistrationQuestionForm) -> str:
    """Create the question that was entered and return the address of the page of all questions."""
    questions.create_registration_question(db.session(), seminar, form.question_draft)
    return url_for(".add_registration_question", seminar_id=seminar.id)


def render_registration_questions(seminar: Seminar, form: RegistrationQuestionForm) -> ResponseReturnValue:
    """Render the questions, their preview as trainees see them, and the form for another one."""
    current_questions = questions.list_current_questions(db.session(), seminar)
    preview = build_answers_form_class(QuestionAnswersForm, current_questions, get_page_language())(formdata=None)
    page = render_template(
        "registration/form/questions.html",
        seminar=seminar,
        questions=current_questions,
        retired_questions=questions.list_retired_questions(db.session(), seminar),
        preview=preview,
        form=form,
        kind_names=QUESTION_KIND_NAMES,
    )
    return page, 422 if form.errors else 200


def format_too_many_questions() -> str:
    """Return the error for a form with the maximum of questions."""
    return _("The form already has %(most)d questions, which is the maximum.", most=questions.MAX_QUESTIONS)


@desk.route("/questions/<int:question_id>", methods=["GET", "POST"])
def edit_registration_question(question_id: int) -> ResponseReturnValue:
    """Change a question."""
    question = get_registration_question_or_404(question_id)
    lock_for_edit(db.session(), question)
    form = RegistrationQuestionForm(data=build_registration_question_data(question))
    form.track_changes(build_registration_question_data(question), follow_author(db.session(), question))
    if form.validate_on_submit():
        try:
            questions.update_registration_question(db.session(), question, form.question_draft)
            db.session.commit()
            flash(_("Saved."), "success")
            return redirect_to_registration_questions(question.seminar_id)
        except questions.QuestionKindFixed:
            form.kind.errors = [
                _(
                    "People have answered this question, so its type can’t be changed. Remove it from the form and add another."
                )
            ]
        except questions.QuestionChoicesFixed:
            form.add_choices_error(
                _(
                    "A choice that people have selected can’t be reworded. You can add other choices, or add its wording in "
                    "another language."
                )
            )
        db.session.rollback()
    seminar = get_seminar_or_404(question.seminar_id)
    page = render_template("registration/form/question.html", seminar=seminar, question=question, form=form)
    return page, form.status_code


@desk.post("/questions/<int:question_id>/place")
def submit_registration_question_change(question_id: int) -> ResponseReturnValue:
    """Move a question up or down, remove it from the form, or put it back."""
    question = get_registration_question_or_404(question_id)
    seminar_id = question.seminar_id
    decision = request.form.get("decision")
    with commit_or_explain({questions.TooManyQuestions: format_too_many_questions()}):
        if decision in ("up", "down"):
            questions.move_registration_question(db.session(), question, up=decision == "up")
        elif decision == "off":
            questions.retire_registration_question(db.session(), question)
        elif decision == "back":
            questions.restore_registration_question(db.session(), question)
        else:
            abort(400)
    return redirect_to_registration_questions(seminar_id)
