"""Pages of publications: the list of a project, one publication with its views, adding, changing and removing them."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from sqlalchemy.orm import joinedload, selectinload
from wtforms.fields import SelectChoice

from trainer import audit
from trainer.accounts.access import create_desk_blueprint, may_open, read_search_arguments, use_role_in_project
from trainer.accounts.change_authors import follow_author
from trainer.accounts.permissions import READERS
from trainer.clock import now
from trainer.evidence import consents
from trainer.evidence.links import list_current_links
from trainer.evidence.publications.copies import may_be_copied
from trainer.evidence.publications.entries import (
    AddressTaken,
    PublicationEntry,
    create_publication,
    enter_views,
    find_contradiction,
    remove_publication,
    restore_publication,
    update_publication,
)
from trainer.evidence.publications.forms import (
    FIND_BUTTON,
    NewPublicationForm,
    PublicationFields,
    PublicationForm,
    ViewsForm,
)
from trainer.evidence.publications.listing import (
    Shown,
    count_publications,
    group_indicators,
    list_activities,
    list_offered_files,
    map_latest_views,
    map_proved_indicators,
    select_publications,
)
from trainer.evidence.publications.models import Publication, PublicationViews
from trainer.evidence.publications.views_chart import list_counting_entries
from trainer.evidence.publications.wording import (
    FETCH_ERRORS,
    LINK_STATE_NAMES,
    PUBLICATION_KIND_NAMES,
    SHOWN_NAMES,
    format_views,
    name_network,
)
from trainer.evidence.wording import MEDIA_KIND_NAMES
from trainer.extensions import db
from trainer.language.choice import get_page_language
from trainer.language.dates import format_long_date
from trainer.language.translate import gettext as _
from trainer.projects.current_project import pick_current_project
from trainer.projects.models import Activity, Indicator, Project
from trainer.projects.ownership import list_projects_of_user
from trainer.web.editing.conflicts import lock_for_edit
from trainer.web.editing.creation import create_once
from trainer.web.paging import ROWS_PER_PAGE, paginate_query, paginate_rows, parse_page_number
from trainer.web.templating import format_plain
from trainer.web.text import clean_query

blueprint = create_desk_blueprint("evidence_publications", __name__)

WORDS: dict[str, Any] = {
    "kind_names": PUBLICATION_KIND_NAMES,
    "link_state_names": LINK_STATE_NAMES,
    "media_kind_names": MEDIA_KIND_NAMES,
    "name_network": name_network,
    "format_views": format_views,
}
VIEWS_PER_PAGE = 20
Groups = list[tuple[Activity, list[Indicator]]]


def get_publication(publication_id: int) -> Publication:
    """Return a publication with its project, activity, screenshots and views."""
    options = (
        joinedload(Publication.project),
        joinedload(Publication.activity),
        joinedload(Publication.added_by),
        selectinload(Publication.screenshots),
        selectinload(Publication.views).joinedload(PublicationViews.entered_by),
    )
    return db.session.get_one(Publication, publication_id, options=options)


def get_today(project: Project) -> date:
    """Return the day that it is in a project's zone."""
    return now().astimezone(project.zone).date()


@blueprint.get("/evidence/publications")
def view_publications() -> ResponseReturnValue:
    """List the publications of the current project, or those that a search finds."""
    session = db.session()
    project = pick_current_project(list_projects_of_user(session, current_user, READERS))
    if project is None:
        return render_template("evidence/no_project.html")
    use_role_in_project(project.id)
    words = clean_query(read_search_arguments().get("query", ""))
    shown = next((each for each in Shown if each == request.args.get("show", "")), Shown.ALL)
    today = get_today(project)
    query = select_publications(project, today, shown, words)
    portion = paginate_query(session, query, parse_page_number(), ROWS_PER_PAGE)
    return render_template(
        "evidence/publications/list.html",
        project=project,
        words=words,
        shown=shown,
        shown_names=SHOWN_NAMES,
        portion=portion,
        counts=count_publications(session, project, today),
        latest=map_latest_views(session, portion.rows),
        proved=map_proved_indicators(session, portion.rows),
        **WORDS,
    )


@blueprint.get("/evidence/publications/<int:publication_id>")
def view_publication(publication_id: int) -> ResponseReturnValue:
    """Show a publication: what is known about it, what it proves, and its views over time."""
    publication = get_publication(publication_id)
    form = ViewsForm(formdata=None, data={"counted_on": get_today(publication.project)})
    return render_publication(publication, form)


def render_publication(publication: Publication, form: ViewsForm, is_contradicted: bool = False) -> str:
    """Return the page of a publication."""
    session = db.session()
    proved = map_proved_indicators(session, [publication]).get(publication.id, [])
    activity_id = publication.activity_id if may_open("evidence_publication_proofs.submit_published_person") else None
    present = consents.list_present_ids(session, activity_id, now()) if activity_id else set()
    shown = consents.list_shown_people(session, publication)
    return render_template(
        "evidence/publications/publication.html",
        publication=publication,
        project=publication.project,
        form=form,
        is_contradicted=is_contradicted,
        history=paginate_rows(list(reversed(publication.views)), parse_page_number(), VIEWS_PER_PAGE),
        proved=proved,
        may_be_copied=may_be_copied(publication),
        fetch_errors=FETCH_ERRORS,
        has_chart=len(list_counting_entries(publication.views)) > 1,
        shown=shown,
        withdrawn=consents.map_withdrawals(session, publication.project_id, [mark.person_id for mark in shown]),
        people=consents.list_people(session, present) if present else [],
        **WORDS,
    )


@blueprint.post("/evidence/publications/<int:publication_id>/views")
def submit_views(publication_id: int) -> ResponseReturnValue:
    """Add the views of a day; ask once more for a number that other entries contradict."""
    publication, form = get_publication(publication_id), ViewsForm()
    form.published_on, form.today = publication.published_on, get_today(publication.project)
    if not form.validate_on_submit():
        return render_publication(publication, form), 422
    session, address = (
        db.session(),
        url_for(".view_publication", publication_id=publication.id, _anchor="views-history"),
    )

    def enter() -> str:
        enter_views(session, publication, form.views.data, form.counted_on.data, now(), current_user.id)
        return address

    contradiction = find_contradiction(publication.views, form.views.data, form.counted_on.data)
    if contradiction is not None and not form.is_certain.data:
        form.views.errors = [describe_contradiction(contradiction, form.views.data)]
        return render_publication(publication, form, is_contradicted=True), 422
    create_once(session, enter, now())
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(address, 303)


def describe_contradiction(entry: PublicationViews, views: int) -> str:
    """Return the sentence that asks about a number of views that another entry contradicts."""
    day, number = format_long_date(entry.counted_on, get_page_language()), format_views(entry.views)
    if entry.views > views:
        return _(
            "For %(day)s there are %(number)s views already, which is more. If this number is right, tick it below.",
            day=day,
            number=number,
        )
    return _(
        "For %(day)s there are only %(number)s views, although that is later. If this number is right, tick it below.",
        day=day,
        number=number,
    )


@blueprint.route("/evidence/projects/<int:project_id>/publications/new", methods=["GET", "POST"])
def add_publication(project_id: int) -> ResponseReturnValue:
    """Show and save the form of a new publication."""
    project, session = db.session.get_one(Project, project_id), db.session()
    form = NewPublicationForm(data={"published_on": get_today(project)})
    groups = fill_choices(form, project, None, [])
    taken_id = 0
    if form.validate_on_submit():

        def create() -> str:
            publication = create_publication(session, project.id, read_entry(form), now(), current_user.id)
            return url_for(".view_publication", publication_id=publication.id)

        try:
            address = create_once(session, create, now())
            db.session.commit()
        except AddressTaken as taken:
            taken_id = explain_taken_address(form, taken)
            groups = fill_choices(form, project, None, [])
        else:
            flash(_("Saved."), "success")
            return redirect(address, 303)
    return render_form(form, project, groups, taken_id=taken_id), 422 if form.errors else 200


@blueprint.route("/evidence/publications/<int:publication_id>/edit", methods=["GET", "POST"])
def edit_publication(publication_id: int) -> ResponseReturnValue:
    """Show and save the form of a publication."""
    publication, session = get_publication(publication_id), db.session()
    lock_for_edit(session, publication)
    project = publication.project
    links = list_current_links(session, publication)
    linked_ids = sorted(link.indicator_id for link in links)
    form = PublicationForm(data=(stored := build_form_data(publication, linked_ids)))
    groups = fill_choices(form, project, publication, linked_ids)
    form.track_changes(stored, follow_author(session, publication, *links))
    taken_id = 0
    if form.validate_on_submit():
        try:
            update_publication(session, publication, read_entry(form), now(), current_user.id)
            db.session.commit()
        except AddressTaken as taken:
            taken_id = explain_taken_address(form, taken)
            groups = fill_choices(form, project, publication, linked_ids)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".view_publication", publication_id=publication.id), 303)
    return render_form(form, project, groups, publication, taken_id), form.status_code


def build_form_data(publication: Publication, linked_ids: list[int]) -> dict[str, Any]:
    """Return what is stored about a publication, by field name."""
    return {
        "address": publication.address,
        "outlet": publication.outlet,
        "kind": publication.kind,
        "title": publication.title,
        "published_on": publication.published_on,
        "activity": publication.activity_id or 0,
        "indicators": linked_ids,
        "screenshots": [item.id for item in publication.screenshots],
    }


def fill_choices(
    form: PublicationFields, project: Project, publication: Publication | None, linked_ids: list[int]
) -> Groups:
    """Set what the fields of a form offer, and return the offered indicators by activity."""
    session = db.session()
    activities = list_activities(session, project.id)
    form.today = get_today(project)
    form.activity.choices = [
        SelectChoice(0, _("None")),
        *(SelectChoice(each.id, f"{each.code} · {format_plain(each.title)[:80]}") for each in activities),
    ]
    groups = group_indicators(activities, linked_ids)
    form.indicators.choices = [SelectChoice(each.id, each.code) for _activity, group in groups for each in group]
    attached = publication.screenshots if publication else []
    files = list_offered_files(session, project.id, attached, form.screenshots.data or [], form.files.data or "")
    form.offered_files = files
    form.screenshots.choices = [SelectChoice(item.id, item.file_name) for item in files]
    return groups


def read_entry(form: PublicationFields) -> PublicationEntry:
    """Return what was entered into a valid form."""
    chosen = set(form.screenshots.data or [])
    return PublicationEntry(
        form.parsed_address,
        form.outlet.data or "",
        form.kind.data,
        form.title.value,
        form.published_on.data,
        form.activity.data or None,
        form.indicators.data or [],
        [item for item in form.offered_files if item.id in chosen],
    )


def explain_taken_address(form: PublicationFields, taken: AddressTaken) -> int:
    """Undo what was begun, put a sentence to the address, and return the id of the publication that has it."""
    db.session.rollback()
    form.address.errors = [_("The project has this publication already. It is not added twice.")]
    return taken.publication_id


def render_form(
    form: PublicationFields,
    project: Project,
    groups: Groups,
    publication: Publication | None = None,
    taken_id: int = 0,
) -> str:
    """Return the page with the form of a new or stored publication."""
    return render_template(
        "evidence/publications/edit.html",
        form=form,
        project=project,
        groups=groups,
        publication=publication,
        taken_id=taken_id,
        find_button=FIND_BUTTON,
        **WORDS,
    )


@blueprint.post("/evidence/publications/<int:publication_id>/removal")
def submit_publication_removal(publication_id: int) -> ResponseReturnValue:
    """Remove a publication; it can be restored."""
    publication = get_publication(publication_id)
    remove_publication(publication, now())
    audit.record(db.session(), "removed", publication)
    db.session.commit()
    flash(_("Removed. The publication counts nowhere, and it can be restored."), "success")
    return redirect(url_for(".view_publication", publication_id=publication.id), 303)


@blueprint.post("/evidence/publications/<int:publication_id>/restoration")
def submit_publication_restoration(publication_id: int) -> ResponseReturnValue:
    """Restore a publication that was removed."""
    publication = get_publication(publication_id)
    restore_publication(publication)
    audit.record(db.session(), "restored", publication)
    db.session.commit()
    flash(_("Restored."), "success")
    return redirect(url_for(".view_publication", publication_id=publication.id), 303)
