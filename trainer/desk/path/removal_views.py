"""The desk's pages that duplicate, archive and delete a seminar, and the archive."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from wtforms import DateField
from wtforms.validators import Optional

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.permissions import ORGANIZERS
from trainer.clock import now
from trainer.desk.path import removal
from trainer.desk.path.duplication import duplicate_seminar
from trainer.desk.seminar_list import describe_seminar
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.seminars.description.steps import DescriptionStep
from trainer.seminars.description.views import build_step_address
from trainer.seminars.models import Seminar
from trainer.seminars.scopes import build_seminar_condition
from trainer.seminars.views import get_seminar_or_404
from trainer.web.actions import commit_or_explain
from trainer.web.editing.creation import CreationForm, create_once
from trainer.web.paging import paginate_search

desk = create_desk_blueprint("desk_removal", __name__)


class DuplicateForm(CreationForm):
    """When a duplicate takes place."""

    first_day = DateField(_l("First day"), [Optional()])


@desk.route("/seminars/<int:seminar_id>/duplicate", methods=["GET", "POST"])
def add_duplicate(seminar_id: int) -> ResponseReturnValue:
    """Ask for the first day, create the duplicate as a draft, and go on to its description."""
    earlier, form = get_seminar_or_404(seminar_id), DuplicateForm()
    if form.validate_on_submit():
        address = create_once(db.session(), lambda: create_duplicate(earlier, form), now())
        db.session.commit()
        return redirect(address, 303)
    return render_template("desk/duplicate.html", seminar=earlier, form=form), 422 if form.errors else 200


def create_duplicate(earlier: Seminar, form: DuplicateForm) -> str:
    """Create the duplicate and return the address of its first step."""
    duplicate = duplicate_seminar(db.session(), earlier, form.first_day.data)
    return build_step_address(duplicate, DescriptionStep.ABOUT)


@desk.get("/seminars/archive")
def view_archive() -> ResponseReturnValue:
    """List the archived seminars that the signed-in user organizes."""
    own_seminars = build_seminar_condition(current_user, *ORGANIZERS)
    portion = paginate_search(removal.list_archived_seminars(db.session(), own_seminars), describe_seminar)
    return render_template("desk/archive.html", portion=portion)


@desk.post("/seminars/<int:seminar_id>/archive")
def submit_archiving(seminar_id: int) -> ResponseReturnValue:
    """Archive a seminar, or put it back on the lists."""
    seminar, decision = get_seminar_or_404(seminar_id), request.form.get("decision")
    if decision == "restore":
        with commit_or_explain({}, _("The seminar is back on the lists.")):
            removal.restore_seminar(seminar)
    elif decision == "archive":
        refusal = _("People can still register or come: this seminar can’t be archived yet.")
        with commit_or_explain({removal.SeminarComing: refusal}, _("Archived: the lists no longer show this seminar.")):
            removal.archive_seminar(seminar, now())
    else:
        abort(400)
    return redirect(url_for("desk.view_seminar_overview", seminar_id=seminar_id), 303)


@desk.route("/seminars/<int:seminar_id>/delete", methods=["GET", "POST"])
def edit_deletion(seminar_id: int) -> ResponseReturnValue:
    """Ask whether to delete a seminar, and delete it while nobody is registered."""
    seminar = get_seminar_or_404(seminar_id)
    if request.method == "GET":
        can_delete = removal.can_delete_seminar(db.session(), seminar)
        return render_template("desk/delete.html", seminar=seminar, can_delete=can_delete)
    refusal = _("Someone has registered for this seminar, so it can’t be deleted. You can archive it.")
    with commit_or_explain({removal.SeminarInUse: refusal}, _("The seminar has been deleted.")) as outcome:
        removal.delete_seminar(db.session(), seminar)
    address = (
        url_for("desk.view_desk_home") if outcome.is_committed else url_for(".edit_deletion", seminar_id=seminar_id)
    )
    return redirect(address, 303)
