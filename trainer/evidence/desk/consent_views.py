"""The page of what shows people who have withdrawn the consent to photos."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainer.accounts.access import create_desk_blueprint
from trainer.evidence.desk.withdrawals import keep_out_items, list_withdrawals
from trainer.evidence.wording import MEDIA_KIND_NAMES, format_file_size
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.projects.models import Project

desk = create_desk_blueprint("evidence_consents", __name__)


@desk.get("/evidence/projects/<int:project_id>/withdrawn")
def view_withdrawals(project_id: int) -> ResponseReturnValue:
    """List people who have withdrawn the consent, with the files and publications that show them."""
    return render_template(
        "evidence/withdrawals.html",
        project=db.session.get_one(Project, project_id),
        withdrawals=list_withdrawals(db.session(), project_id),
        media_kind_names=MEDIA_KIND_NAMES,
        format_file_size=format_file_size,
    )


@desk.post("/evidence/projects/<int:project_id>/withdrawn")
def submit_keeping_out(project_id: int) -> ResponseReturnValue:
    """Keep the ticked files out of publications and of the pack."""
    items = keep_out_items(db.session(), project_id, set(request.form.getlist("items", type=int)))
    db.session.commit()
    if items:
        flash(ngettext("%(num)d file is kept out.", "%(num)d files are kept out.", len(items)), "success")
    else:
        flash(_("Select at least one file."), "error")
    return redirect(url_for(".view_withdrawals", project_id=project_id), 303)
