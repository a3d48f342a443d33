"""The registers of a project: staff, specialists, NGOs and partners, each entry with its proof."""

from collections import Counter
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from sqlalchemy.orm import joinedload

from trainer import audit
from trainer.accounts.access import create_desk_blueprint, use_role_in_project
from trainer.accounts.change_authors import follow_author
from trainer.accounts.permissions import READERS
from trainer.clock import now
from trainer.evidence.registers.entries import (
    AddedEntries,
    EntryExists,
    add_register_entries,
    parse_name_lines,
    remove_entry,
    restore_entry,
    update_entry,
)
from trainer.evidence.registers.forms import EntryForm, NewEntriesForm
from trainer.evidence.registers.listing import (
    RegisterPart,
    list_offered_proofs,
    list_register_entries,
    load_entries,
)
from trainer.evidence.registers.models import RegisterEntry, RegisterKind
from trainer.evidence.registers.wording import REGISTER_NAMES
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.projects.current_project import pick_requested_project
from trainer.projects.models import Project
from trainer.projects.ownership import list_projects_of_user
from trainer.web.actions import commit_or_explain
from trainer.web.editing.conflicts import lock_for_edit
from trainer.web.editing.creation import create_once
from trainer.web.paging import paginate_found, search_rows

desk = create_desk_blueprint("evidence_registers", __name__)

DOUBLES_NAMED = 10


def read_register_kind() -> RegisterKind:
    """Return the register that the query string names, else that of the staff."""
    kind = request.args.get("kind", "")
    return RegisterKind(kind) if kind in set(RegisterKind) else RegisterKind.STAFF


def read_register_part() -> RegisterPart:
    """Return the part of the register that the query string names, else its current entries."""
    part = request.args.get("show", "")
    return RegisterPart(part) if part in set(RegisterPart) else RegisterPart.CURRENT


@desk.get("/evidence/registers")
def view_register() -> ResponseReturnValue:
    """List the entries of one register of the current project, or those that a search finds."""
    session = db.session()
    project = pick_requested_project(list_projects_of_user(session, current_user, READERS))
    use_role_in_project(project.id if project else None)
    if project is None:
        return render_template("evidence/no_project.html")
    kind, part = read_register_kind(), read_register_part()
    entries = list_register_entries(session, project.id)
    of_kind = [entry for entry in entries if entry.kind == kind]
    shown = [entry for entry in of_kind if entry.is_in(part)]
    return render_template(
        "evidence/registers/register.html",
        project=project,
        kind=kind,
        part=part,
        portion=paginate_found(
            shown,
            lambda query: search_rows(shown, query, lambda entry: f"{entry.name} {entry.role}"),
            lambda listed: load_entries(session, listed),
        ),
        counts=Counter(entry.kind for entry in entries if not entry.is_removed),
        part_counts={each: sum(entry.is_in(each) for entry in of_kind) for each in RegisterPart},
        register_names=REGISTER_NAMES,
    )


@desk.route("/evidence/registers/<int:project_id>/new", methods=["GET", "POST"])
def add_entries(project_id: int) -> ResponseReturnValue:
    """Show and save new entries of a register, one for each line."""
    session, project = db.session(), db.session.get_one(Project, project_id)
    form = NewEntriesForm(data={"kind": read_register_kind(), "proof": 0})
    form.proof.offer(list_offered_proofs(session, project.id))
    if form.validate_on_submit():
        added: list[AddedEntries] = []

        def create() -> str:
            names, facts = parse_name_lines(form.names.data), form.build_facts()
            added.append(add_register_entries(session, project, names, facts, current_user.id, now()))
            return url_for(".view_register", project=project_id, kind=facts.kind)

        with commit_or_explain({EntryExists: ""}) as outcome:
            address = create_once(session, create, now())
        if outcome.is_committed:
            for each in added:
                explain_added(each)
            return redirect(address, 303)
        form.names.errors = [_("The register has all of these already.")]
    page = render_template("evidence/registers/new.html", project=project, form=form)
    return page, 422 if form.errors else 200


def explain_added(added: AddedEntries) -> None:
    """Flash how many entries were added, and which names were left out."""
    flash(ngettext("%(num)d entry was added.", "%(num)d entries were added.", len(added.entries)), "success")
    if added.doubles:
        names = ", ".join(added.doubles[:DOUBLES_NAMED]) + (" …" if len(added.doubles) > DOUBLES_NAMED else "")
        sentence = ngettext(
            "%(num)d name was left out, because it is there already: %(names)s",
            "%(num)d names were left out, because they are there already: %(names)s",
            len(added.doubles),
            names=names,
        )
        flash(sentence, "warn")


def get_entry(entry_id: int) -> RegisterEntry:
    """Return an entry with its project and its proof."""
    options = (joinedload(RegisterEntry.project), joinedload(RegisterEntry.proof))
    return db.session.get_one(RegisterEntry, entry_id, options=options)


@desk.route("/evidence/registers/entries/<int:entry_id>", methods=["GET", "POST"])
def edit_entry(entry_id: int) -> ResponseReturnValue:
    """Show and update an entry of a register."""
    session, entry = db.session(), get_entry(entry_id)
    lock_for_edit(session, entry)
    form = EntryForm(data=(stored := build_entry_data(entry)))
    form.proof.offer(list_offered_proofs(session, entry.project_id, entry.proof_id))
    form.track_changes(stored, follow_author(session, entry))
    if form.validate_on_submit():
        with commit_or_explain({EntryExists: ""}, success=_("Saved.")) as outcome:
            update_entry(session, entry, str(form.name.data), form.build_facts())
        if outcome.is_committed:
            return redirect(url_for(".view_register", project=entry.project_id, kind=entry.kind), 303)
        form.name.errors = [_("The register has such an entry already.")]
        entry = get_entry(entry_id)
    page = render_template(
        "evidence/registers/entry.html",
        project=entry.project,
        entry=entry,
        form=form,
        register_names=REGISTER_NAMES,
    )
    return page, form.status_code


def build_entry_data(entry: RegisterEntry) -> dict[str, Any]:
    """Return what is stored about an entry, by field name."""
    return {
        "kind": entry.kind,
        "name": entry.name,
        "role": entry.role,
        "since": entry.since,
        "until": entry.until,
        "proof": entry.proof_id or 0,
    }


@desk.post("/evidence/registers/entries/<int:entry_id>/removal")
def submit_entry_removal(entry_id: int) -> ResponseReturnValue:
    """Remove an entry; it can be restored."""
    entry = get_entry(entry_id)
    lock_for_edit(db.session(), entry)
    remove_entry(entry, now())
    audit.record(db.session(), "removed", entry)
    db.session.commit()
    flash(_("Removed. It counts nowhere, and it can be restored."), "success")
    return redirect(url_for(".view_register", project=entry.project_id, kind=entry.kind), 303)


@desk.post("/evidence/registers/entries/<int:entry_id>/restoration")
def submit_entry_restoration(entry_id: int) -> ResponseReturnValue:
    """Restore an entry that was removed."""
    entry = get_entry(entry_id)
    lock_for_edit(db.session(), entry)
    refusals = {EntryExists: _("The register has such an entry already.")}
    with commit_or_explain(refusals, success=_("Restored.")):
        restore_entry(db.session(), entry)
        audit.record(db.session(), "restored", entry)
    return redirect(url_for(".edit_entry", entry_id=entry_id), 303)
