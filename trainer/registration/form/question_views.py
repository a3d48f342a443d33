"""Pages of the desk on which an organizer builds the questions of a seminar's registration form."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainer.accounts.access import desk_blueprint
from trainer.extensions import db
from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.registration.form import questions
from trainer.registration.form.question_fields import KIND_NAMES, AskingForm, QuestionForm, form_for, question_data
from trainer.registration.models import RegistrationQuestion
from trainer.seminars.models import Seminar
from trainer.seminars.views import seminar_or_404

desk = desk_blueprint("registration_form", __name__)


def question_or_404(question_id: int) -> RegistrationQuestion:
    """Find a question for a page of the desk."""
    return db.session.get(RegistrationQuestion, question_id) or abort(404)


def to_questions(seminar_id: int) -> ResponseReturnValue:
    """Go to the questions of a seminar."""
    return redirect(url_for("registration_form.form_questions", seminar_id=seminar_id), 303)


@desk.route("/seminars/<int:seminar_id>/questions", methods=["GET", "POST"])
def form_questions(seminar_id: int) -> ResponseReturnValue:
    """Show the questions as a trainee sees them, and add one."""
    seminar = seminar_or_404(seminar_id)
    form = QuestionForm()
    if not form.validate_on_submit():
        return show_questions(seminar, form)
    try:
        questions.add(db.session(), seminar, form.wish)
    except questions.TooManyQuestions:
        db.session.rollback()
        form.label.form.kk.errors = [too_many()]
        return show_questions(seminar, form)
    db.session.commit()
    flash(_("Saved."), "success")
    return to_questions(seminar_id)


def show_questions(seminar: Seminar, form: QuestionForm) -> ResponseReturnValue:
    """Show the list of questions, the preview and the form for one more."""
    there = questions.asked(db.session(), seminar)
    preview = form_for(AskingForm, there, language())(formdata=None)
    page = render_template(
        "registration/form/questions.html",
        seminar=seminar,
        asked=there,
        taken_off=questions.taken_off(db.session(), seminar),
        preview=preview,
        form=form,
        kinds=KIND_NAMES,
    )
    return page, 422 if form.errors else 200


def too_many() -> str:
    """Say that the form is full."""
    return _("The form has %(most)d questions already, and nobody answers more.", most=questions.MOST)


@desk.route("/questions/<int:question_id>", methods=["GET", "POST"])
def question(question_id: int) -> ResponseReturnValue:
    """Word a question anew."""
    found = question_or_404(question_id)
    form = QuestionForm(data=question_data(found))
    if form.validate_on_submit():
        try:
            questions.change(db.session(), found, form.wish)
            db.session.commit()
            flash(_("Saved."), "success")
            return to_questions(found.seminar_id)
        except questions.KindStands:
            form.kind.errors = [
                _("People have answered this question: it stays of its kind. Take it off the form and add another.")
            ]
        except questions.ChoicesStand:
            form.refuse_choices(
                _(
                    "A choice that people have picked stays as it is worded. You can add others, or word it in another language."
                )
            )
        db.session.rollback()
    seminar = seminar_or_404(found.seminar_id)
    page = render_template("registration/form/question.html", seminar=seminar, question=found, form=form)
    return page, 422 if form.errors else 200


@desk.post("/questions/<int:question_id>/place")
def place(question_id: int) -> ResponseReturnValue:
    """Move a question up or down, take it off the form, or put it back."""
    found = question_or_404(question_id)
    seminar_id = found.seminar_id
    decision = request.form.get("decision")
    try:
        if decision in ("up", "down"):
            questions.move(db.session(), found, up=decision == "up")
        elif decision == "off":
            questions.take_off(db.session(), found)
        elif decision == "back":
            questions.put_back(db.session(), found)
        else:
            abort(400)
        db.session.commit()
    except questions.TooManyQuestions:
        db.session.rollback()
        flash(too_many(), "error")
    return to_questions(seminar_id)
