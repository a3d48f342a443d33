"""The inbox: files that belong to no activity yet, with what is proposed for them; sorting many at once, and undo."""

from typing import Any
from urllib.parse import urlencode

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from sqlalchemy import select

from trainer.accounts.access import create_desk_blueprint, use_role_in_project
from trainer.accounts.permissions import ORGANIZERS
from trainer.clock import now
from trainer.evidence.inbox.listing import (
    BY_LINK,
    EvidenceFilter,
    Place,
    count_places,
    list_uploaders,
    parse_filter,
    select_items,
)
from trainer.evidence.inbox.models import EvidenceSorting
from trainer.evidence.inbox.proposals import Proposal, load_event_days, propose_places
from trainer.evidence.inbox.similar import map_near_duplicates
from trainer.evidence.inbox.sorting import (
    SortedPlace,
    SortingResult,
    compute_fingerprints,
    sort_items,
    undo_sorting,
)
from trainer.evidence.kinds import list_matching_indicators
from trainer.evidence.models import EvidenceItem, EvidenceKind
from trainer.evidence.wording import EVIDENCE_KIND_NAMES, MEDIA_KIND_NAMES, format_file_size
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.projects.current_project import pick_current_project
from trainer.projects.models import Activity, Project
from trainer.projects.ownership import list_projects_of_user
from trainer.projects.plan import list_plan_activities
from trainer.web.paging import ROWS_PER_PAGE, paginate_query, parse_page_number
from trainer.web.text import clean_query

blueprint = create_desk_blueprint("evidence_inbox", __name__)


@blueprint.get("/evidence")
def view_inbox() -> ResponseReturnValue:
    """List the files of the current project that wait to be sorted, or those that a filter or a search finds."""
    session = db.session()
    project = pick_current_project(list_projects_of_user(session, current_user, ORGANIZERS))
    if project is None:
        return render_template("evidence/no_project.html")
    use_role_in_project(project.id)
    filters = parse_filter(request.args, clean_query(request.args.get("query", "")))
    portion = paginate_query(
        session, select_items(project.id, filters, project.zone), parse_page_number(), ROWS_PER_PAGE
    )
    activities = list_plan_activities(session, project)
    return render_template(
        "evidence/inbox.html",
        project=project,
        activities=activities,
        filters=filters,
        portion=portion,
        counts=count_places(session, project.id),
        uploaders=list_uploaders(session, project.id),
        by_link=BY_LINK,
        proposals=propose_for(project, activities, portion.rows) if filters.place == Place.INBOX else {},
        near=map_near_duplicates(session, portion.rows),
        fingerprints=compute_fingerprints(session, portion.rows),
        last_sorting=find_last_sorting(project.id),
        kind_names=EVIDENCE_KIND_NAMES,
        media_kind_names=MEDIA_KIND_NAMES,
        format_file_size=format_file_size,
    )


def propose_for(project: Project, activities: list[Activity], items: Any) -> dict[int, Proposal]:
    """Return what is proposed for files of a project, by their ids."""
    return propose_places(load_event_days(db.session(), project), activities, project.zone, items)


def find_last_sorting(project_id: int) -> EvidenceSorting | None:
    """Return what the user sorted last in a project, if it was not undone."""
    own = (EvidenceSorting.project_id == project_id) & (EvidenceSorting.sorted_by_id == current_user.id)
    last = db.session.scalar(select(EvidenceSorting).where(own).order_by(EvidenceSorting.id.desc()).limit(1))
    return last if last and last.undone_at is None else None


def parse_chosen(values: list[str]) -> dict[int, str]:
    """Return the fingerprints of the ticked files by id; each is written as "id.fingerprint"."""
    pairs = (value.partition(".") for value in values)
    return {
        int(number): seen for number, _dot, seen in pairs if number.isascii() and number.isdigit() and len(number) < 10
    }


@blueprint.get("/evidence/projects/<int:project_id>/sort")
def view_sorting(project_id: int) -> ResponseReturnValue:
    """Show the ticked files with the activity, the kind and the indicators that they are to get."""
    project = db.session.get_one(Project, project_id)
    seen = parse_chosen(request.args.getlist("chosen"))
    query = select(EvidenceItem).where(EvidenceItem.project_id == project_id, EvidenceItem.id.in_(seen))
    items = list(db.session.scalars(query.order_by(EvidenceItem.id)))
    if not items:
        flash(_("Select at least one file."), "error")
        return redirect(url_for(".view_inbox"), 303)
    activities = list_plan_activities(db.session(), project)
    proposals = propose_for(project, activities, items)
    activity = choose_activity(activities, proposals, request.args.get("activity", ""))
    kind = request.args.get("kind", "") or items[0].kind
    return render_template(
        "evidence/sort.html",
        project=project,
        items=items,
        seen=seen,
        activities=activities,
        activity=activity,
        kind=kind,
        matching=list_matching_indicators(activity.indicators, kind) if activity else [],
        elsewhere=[
            indicator
            for other in activities
            if other is not activity
            for indicator in list_matching_indicators(other.indicators, kind)
        ],
        kind_names=EVIDENCE_KIND_NAMES,
        back=request.args.get("back", ""),
        format_file_size=format_file_size,
    )


def choose_activity(activities: list[Activity], proposals: dict[int, Proposal], chosen: str) -> Activity | None:
    """Return the activity that was chosen, else the one proposed first, or None."""
    named = next((activity for activity in activities if str(activity.id) == chosen), None)
    return named or next((proposal.activity for proposal in proposals.values()), None)


@blueprint.post("/evidence/projects/<int:project_id>/sort")
def submit_sorting(project_id: int) -> ResponseReturnValue:
    """Assign an activity, a kind and indicators to the ticked files, or to each what is proposed for it."""
    project = db.session.get_one(Project, project_id)
    activities, seen = list_plan_activities(db.session(), project), parse_chosen(request.form.getlist("chosen"))
    back = redirect(f"{url_for('.view_inbox')}?{read_back()}", 303)
    if not seen:
        flash(_("Select at least one file."), "error")
        return back
    if request.form.get("as_proposed"):
        query = select(EvidenceItem).where(EvidenceItem.project_id == project_id, EvidenceItem.id.in_(seen))
        proposals = propose_for(project, activities, list(db.session.scalars(query)))
        choose = lambda item: accept_proposal(item, proposals.get(item.id))  # noqa: E731
    else:
        place = read_place(activities)
        if place is None:
            flash(_("Choose an activity and what the files are."), "error")
            chosen = request.form.getlist("chosen")
            address = url_for(".view_sorting", project_id=project_id, chosen=chosen, back=read_back())
            return redirect(address, 303)
        choose = lambda _item: place  # noqa: E731
    result = sort_items(db.session(), project_id, seen, choose, current_user.id, now())
    db.session.commit()
    flash_sorting(result)
    return back


def accept_proposal(item: EvidenceItem, proposal: Proposal | None) -> SortedPlace | None:
    """Return the place that is proposed for a file."""
    if proposal is None:
        return None
    return SortedPlace(proposal.activity.id, item.kind, tuple(indicator.id for indicator in proposal.indicators))


def read_place(activities: list[Activity]) -> SortedPlace | None:
    """Return the place that was chosen in the form; None if the activity or the kind is missing or unknown."""
    chosen, kind = request.form.get("activity", ""), request.form.get("kind", "")
    activity = next((activity for activity in activities if str(activity.id) == chosen), None)
    if activity is None or kind not in set(EvidenceKind):
        return None
    known = {str(indicator.id): indicator.id for each in activities for indicator in each.indicators}
    ticked = [known[number] for number in request.form.getlist("indicators") if number in known]
    return SortedPlace(activity.id, kind, tuple(sorted(set(ticked))))


def read_back() -> str:
    """Return the query string of the list that the form came from, made anew from what it means."""
    arguments = dict(pair.split("=", 1) for pair in request.values.get("back", "").split("&") if "=" in pair)
    filters = parse_filter(arguments, "")
    return urlencode(filters.to_arguments())


@blueprint.post("/evidence/sortings/<int:sorting_id>/undo")
def submit_sorting_undo(sorting_id: int) -> ResponseReturnValue:
    """Undo a sorting of the user."""
    sorting = db.session.get_one(EvidenceSorting, sorting_id)
    if sorting.sorted_by_id != current_user.id:
        abort(404)
    result = undo_sorting(db.session(), sorting, current_user.id, now())
    db.session.commit()
    if result.sorted:
        count = len(result.sorted)
        flash(ngettext("%(num)d file is back.", "%(num)d files are back.", count), "success")
    flash_changed(result)
    return redirect(url_for(".view_inbox"), 303)


def flash_sorting(result: SortingResult) -> None:
    """Flash how many files were sorted, and which were left as they are."""
    if result.sorted:
        flash(ngettext("%(num)d file sorted.", "%(num)d files sorted.", len(result.sorted)), "success")
    if result.unplaced:
        sentence = ngettext(
            "For %(num)d file nothing is proposed. Sort it yourself.",
            "For %(num)d files nothing is proposed. Sort them yourself.",
            len(result.unplaced),
        )
        flash(sentence, "warn")
    flash_changed(result)


def flash_changed(result: SortingResult) -> None:
    """Flash which files somebody else has changed in the meantime."""
    if result.changed:
        names = ", ".join(item.file_name for item in result.changed[:10])
        flash(
            _("Someone else has sorted these files in the meantime, so they stay as they are: %(names)s", names=names),
            "warn",
        )


def build_list_arguments(filters: EvidenceFilter, **changes: str | None) -> dict[str, str | None]:
    """Return the query string of the list with changes."""
    return {**filters.to_arguments(), **changes}


blueprint.app_template_global()(build_list_arguments)
