"""Uploading a plan, and the overview of its draft."""

import io

from flask import abort, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from werkzeug.datastructures import FileStorage

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.memberships import add_membership
from trainer.accounts.models import ProjectRole, User
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.paths import EXAMPLE_FOLDER
from trainer.projects.current_project import choose_project
from trainer.projects.importing.drafts import (
    DraftImported,
    DraftIncomplete,
    can_see_draft,
    create_plan_draft,
    import_draft,
    list_open_questions,
    read_draft,
)
from trainer.projects.importing.files import UNREADABLE, read_plan_file
from trainer.projects.importing.forms import PlanFileForm
from trainer.projects.importing.review import build_doubt_cards, count_plan_entries
from trainer.projects.importing.wording import explain_unreadable_file
from trainer.projects.models import PlanDraft, Project
from trainer.projects.plan import (
    DEFAULT_SERIAL_PREFIX,
    MAX_PLAN_BYTES,
    PlanAlreadyImported,
    PlanInvalid,
    load_whole_plan,
)
from trainer.projects.spreadsheet.template import render_plan_workbook
from trainer.web.actions import commit_or_explain

desk = create_desk_blueprint("projects_importing", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def get_draft_or_404(draft_id: int) -> PlanDraft:
    """Return a draft. Raises NotFound."""
    draft = db.session.get(PlanDraft, draft_id)
    return draft if draft is not None and can_see_draft(current_user, draft) else abort(404)


def get_open_draft_or_404(draft_id: int) -> PlanDraft:
    """Return a draft that is no project yet, locked against changes by others. Raises NotFound."""
    draft = db.session.get(PlanDraft, draft_id, with_for_update=True)
    return draft if draft and draft.project_id is None and can_see_draft(current_user, draft) else abort(404)


@desk.route("/plan/new", methods=["GET", "POST"])
def add_plan() -> ResponseReturnValue:
    """Show the ways to a project of one's own, and read an uploaded plan into a draft."""
    form = PlanFileForm()
    problems: list[str] = []
    if form.validate_on_submit():
        file = form.plan.data
        try:
            plan = read_plan_file(read_limited_file(file), file.filename or "")
        except PlanInvalid as invalid:
            problems = invalid.problems
            form.plan.errors = [_("The plan can’t be accepted as it is")]
        except UNREADABLE as unreadable:
            form.plan.errors = [explain_unreadable_file(unreadable)]
        else:
            draft = create_plan_draft(db.session(), current_user, plan, file.filename or _("Plan"), now())
            db.session.commit()
            return redirect(url_for(".view_draft", draft_id=draft.id), 303)
    page = render_template("projects/importing/upload.html", form=form, problems=problems)
    return page, 422 if form.errors else 200


def read_limited_file(file: FileStorage) -> bytes:
    """Return the content of an uploaded file. Raises PlanInvalid for one that is larger than plans are."""
    content: bytes = file.read(MAX_PLAN_BYTES + 1)
    file.close()
    if len(content) > MAX_PLAN_BYTES:
        limit = MAX_PLAN_BYTES // 1_000_000
        raise PlanInvalid([_("The file is larger than %(limit)d MB. Remove pictures from it.", limit=limit)])
    return content


@desk.get("/plan/drafts/<int:draft_id>")
def view_draft(draft_id: int) -> ResponseReturnValue:
    """Show what was read, what is still open, and after the import what was decided."""
    draft = get_draft_or_404(draft_id)
    plan = read_draft(draft)
    return render_template(
        "projects/importing/draft.html",
        draft=draft,
        plan=plan,
        counts=count_plan_entries(plan),
        questions=list_open_questions(draft),
        cards=build_doubt_cards(draft, plan) if draft.project_id else [],
    )


@desk.post("/plan/drafts/<int:draft_id>")
def submit_draft(draft_id: int) -> ResponseReturnValue:
    """Make a project of a draft in which nothing is open."""
    draft = db.session.get(PlanDraft, draft_id, with_for_update=True)
    if draft is None or not can_see_draft(current_user, draft):
        abort(404)
    sentences: dict[type[Exception], str] = {
        DraftImported: _("This plan has already become a project."),
        DraftIncomplete: _("Answer what is still open first."),
        PlanAlreadyImported: _("This plan has already been uploaded."),
        PlanInvalid: "",
    }
    success = _("The project has been created. Check the organisation details.")
    with commit_or_explain(sentences, success=success) as outcome:
        project = import_draft(db.session(), draft, DEFAULT_SERIAL_PREFIX, now())
        add_membership(db.session(), db.session.get_one(User, current_user.id), project.id, ProjectRole.OWNER, now())
        choose_project(project)
    if isinstance(outcome.refusal, PlanInvalid):
        for problem in outcome.refusal.problems[:5]:
            flash(problem, "error")
    if outcome.is_committed:
        return redirect(url_for("projects.edit_project", project_id=project.id), 303)
    return redirect(url_for(".view_draft", draft_id=draft_id), 303)


@desk.post("/plan/drafts/<int:draft_id>/delete")
def submit_draft_deletion(draft_id: int) -> ResponseReturnValue:
    """Delete a draft that is no project."""
    db.session.delete(get_open_draft_or_404(draft_id))
    db.session.commit()
    flash(_("The draft was deleted."), "success")
    return redirect(url_for("monitoring.view_plan"), 303)


@desk.get("/plan/template.xlsx")
def download_plan_template() -> ResponseReturnValue:
    """Return the empty workbook for a plan."""
    return send_workbook(render_plan_workbook(None, _("Plan")), "plan.xlsx")


@desk.get("/plan/example.yaml")
def download_example_plan() -> ResponseReturnValue:
    """Return the example plan."""
    content = (EXAMPLE_FOLDER / "monitoring_plan.yaml").read_bytes()
    return send_file(io.BytesIO(content), "application/yaml", as_attachment=True, download_name="example.yaml")


@desk.get("/plan/projects/<int:project_id>/plan.xlsx")
def download_plan(project_id: int) -> ResponseReturnValue:
    """Return the plan of a project as a workbook that can be uploaded."""
    project = db.session.get(Project, project_id) or abort(404)
    load_whole_plan(db.session(), project)
    return send_workbook(render_plan_workbook(project, project.title.get_text("kk")), f"{project.code}.xlsx")


def send_workbook(content: bytes, name: str) -> ResponseReturnValue:
    """Return a workbook as a download."""
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=name)
