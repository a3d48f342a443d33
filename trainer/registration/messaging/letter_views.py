"""The standard letters of a project: listed, written, checked, previewed with samples, reset, with their history."""

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.change_authors import follow_author
from trainer.accounts.permissions import ORGANIZERS
from trainer.clock import now
from trainer.extensions import db
from trainer.language import LANGUAGES
from trainer.language.translate import gettext as _
from trainer.language.translated import Translated
from trainer.messages import letters
from trainer.messages.letters import LetterText, StandardLetter
from trainer.messages.models import LetterVersion
from trainer.messages.placeholders import fill_line, fill_text
from trainer.projects.models import Project
from trainer.projects.ownership import list_projects_of_user
from trainer.registration.messaging.letter_forms import LetterForm
from trainer.registration.notifications.wording import MESSAGE_KIND_NAMES
from trainer.web.editing.conflicts import lock_for_edit

desk = create_desk_blueprint("registration_letters", __name__)


@dataclass(frozen=True)
class LetterPreview:
    """A letter in one language, filled in with samples."""

    language: str
    text: LetterText
    is_edited: bool


@desk.get("/messages/letters")
def view_letters() -> ResponseReturnValue:
    """List the standard letters of each project that the signed-in user organizes."""
    projects = list_projects_of_user(db.session(), current_user, ORGANIZERS)
    edited = letters.map_edited_kinds(db.session(), [project.id for project in projects])
    return render_template(
        "registration/messaging/letters.html",
        projects=projects,
        letters=letters.list_standard_letters(),
        edited=edited,
        kind_names=MESSAGE_KIND_NAMES,
    )


@desk.route("/messages/letters/<int:project_id>/<kind>", methods=["GET", "POST"])
def edit_letter(project_id: int, kind: str) -> ResponseReturnValue:
    """Show a letter with its preview and history, and save what the organizer writes instead of the default."""
    project, letter = (
        db.session.get(Project, project_id) or abort(404),
        letters.find_standard_letter(kind) or abort(404),
    )
    lock_for_edit(db.session(), project)
    version = letters.find_letter_version(db.session(), project, kind)
    stored = build_form_data(letter, version)
    form = LetterForm(data=stored)
    form.letter = letter
    form.track_changes(stored, follow_author(db.session(), *([version] if version else [])))
    if form.validate_on_submit():
        letters.save_letter(db.session(), project, letter, form.subject.value, form.body.value, current_user.id, now())
        db.session.commit()
        flash(_("Saved. Messages that are still queued get the new text."), "success")
        return redirect(url_for(".edit_letter", project_id=project.id, kind=kind), 303)
    page = render_template(
        "registration/messaging/letter.html",
        project=project,
        letter=letter,
        form=form,
        version=version,
        previews=build_letter_previews(letter, form),
        versions=letters.list_letter_versions(db.session(), project, kind),
        kind_names=MESSAGE_KIND_NAMES,
    )
    return page, form.status_code


@desk.post("/messages/letters/<int:project_id>/<kind>/reset")
def submit_letter_reset(project_id: int, kind: str) -> ResponseReturnValue:
    """Reset a letter to its default text; what was written stays in the history."""
    project, letter = (
        db.session.get(Project, project_id) or abort(404),
        letters.find_standard_letter(kind) or abort(404),
    )
    lock_for_edit(db.session(), project)
    letters.save_letter(db.session(), project, letter, Translated(), Translated(), current_user.id, now())
    db.session.commit()
    flash(_("The default text applies again."), "success")
    return redirect(url_for(".edit_letter", project_id=project.id, kind=kind), 303)


def build_form_data(letter: StandardLetter, version: LetterVersion | None) -> dict[str, dict[str, str]]:
    """Return what the form begins with: the texts that apply in each language."""
    subject, body = {}, {}
    for language in LANGUAGES:
        default = letters.write_default_letter(letter, language)
        subject[language] = (version.subject.get_exact_text(language) if version else "") or default.subject
        body[language] = (version.body.get_exact_text(language) if version else "") or default.body
    return {"subject": subject, "body": body}


def build_letter_previews(letter: StandardLetter, form: LetterForm) -> list[LetterPreview]:
    """Return the letter in each language as it stands in the form, filled in with samples in that language."""
    previews = []
    for language in LANGUAGES:
        default = letters.write_default_letter(letter, language)
        subject = form.subject.value.get_exact_text(language) or default.subject
        body = form.body.value.get_exact_text(language) or default.body
        with force_locale(language):
            samples = {placeholder.name: str(placeholder.sample) for placeholder in letter.placeholders}
        text = LetterText(fill_line(subject, samples), fill_text(body, samples))
        previews.append(LetterPreview(language, text, (subject, body) != (default.subject, default.body)))
    return previews
