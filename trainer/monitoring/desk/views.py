"""Pages of the plan with its figures: the plan, an indicator with its rows, what is missing."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from sqlalchemy import select
from wtforms.fields import SelectChoice

from trainer.accounts.access import create_desk_blueprint, use_role_in_project
from trainer.accounts.permissions import READERS
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.monitoring import wording
from trainer.monitoring.desk.counted_rows import load_counted_rows, load_seminar_titles
from trainer.monitoring.desk.decisions import list_decisions
from trainer.monitoring.desk.forms import FigureForm, PeriodForm
from trainer.monitoring.desk.links import find_work_address
from trainer.monitoring.desk.requested_scope import read_requested_scope
from trainer.monitoring.entered_figures import (
    FigureEntry,
    ProofMissing,
    list_possible_proofs,
    record_figure,
    remove_figure,
)
from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.figures import Status, can_be_entered, measure_indicator
from trainer.monitoring.kinds.table import KINDS
from trainer.monitoring.missing import list_missing
from trainer.monitoring.models import EnteredFigure
from trainer.monitoring.overview import MISSING, PlanFilter, build_overview
from trainer.monitoring.periods import PeriodExists, create_period, list_periods
from trainer.monitoring.splits import split_beneficiaries
from trainer.projects.current_project import pick_requested_project
from trainer.projects.importing.drafts import find_import_record, list_open_drafts
from trainer.projects.models import Indicator, Project
from trainer.projects.ownership import list_projects_of_user
from trainer.projects.plan import load_whole_plan
from trainer.projects.wording import EVENT_TYPE_NAMES, format_planned_value, format_target
from trainer.web.actions import commit_or_explain
from trainer.web.editing.creation import create_once
from trainer.web.paging import parse_page_number

desk = create_desk_blueprint("monitoring", __name__)


def open_current_project() -> Project | None:
    """Return the current project of the user with its plan, or the one asked for, which becomes the current one."""
    project = pick_requested_project(list_projects_of_user(db.session(), current_user, READERS))
    use_role_in_project(project.id if project else None)
    if project is not None:
        load_whole_plan(db.session(), project)
    return project


@desk.get("/plan")
def view_plan() -> ResponseReturnValue:
    """Show the plan of the current project with its figures, and drafts of plans."""
    project = open_current_project()
    drafts = list_open_drafts(db.session(), current_user)
    if project is None:
        return render_template("monitoring/plan.html", project=None, drafts=drafts)
    scope, form = read_requested_scope(project, now())
    plan_filter = read_plan_filter()
    return render_template(
        "monitoring/plan.html",
        project=project,
        drafts=drafts,
        record=find_import_record(db.session(), project),
        overview=build_overview(ProjectFacts(db.session(), scope), plan_filter),
        plan_filter=plan_filter,
        scope=scope,
        form=form,
        periods=list_periods(db.session(), project),
        missing_filter=MISSING,
        event_types=EVENT_TYPE_NAMES,
        **build_figure_words(),
    )


def read_plan_filter() -> PlanFilter:
    """Return the filter of the query string; an unknown status filters nothing."""
    status = request.args.get("status", "")
    return PlanFilter(status if status in (*Status, MISSING) else "", request.args.get("activity", ""))


def build_figure_words() -> dict[str, Any]:
    """Return what templates need to show figures."""
    return {
        "wording": wording,
        "format_planned_value": format_planned_value,
        "format_target": format_target,
        "scope_arguments": {name: request.args[name] for name in ("start", "end", "as_of") if request.args.get(name)},
    }


@desk.get("/plan/indicators/<int:indicator_id>")
def view_indicator(indicator_id: int) -> ResponseReturnValue:
    """Show how an indicator is counted, what was reached, and the rows behind it, page by page."""
    indicator = db.session.get(Indicator, indicator_id) or abort(404)
    project: Project = indicator.project or indicator.activity.task.project  # type: ignore[union-attr]
    load_whole_plan(db.session(), project)
    scope, form = read_requested_scope(project, now())
    facts = ProjectFacts(db.session(), scope)
    figure = measure_indicator(facts, indicator)
    number = min(max(request.args.get("target", 0, type=int), 0), max(len(figure.targets) - 1, 0))
    rows = figure.targets[number].rows if figure.targets else ()
    part_ids = [part.seminar_id for target in figure.targets for part in target.parts if part.seminar_id]
    is_split = indicator.kind == "direct_beneficiaries"
    split = split_beneficiaries(facts) if is_split else None
    titles = load_seminar_titles(db.session(), [*part_ids, *(entry[0] for entry in (split.by_event if split else ()))])
    return render_template(
        "monitoring/indicator.html",
        project=project,
        indicator=indicator,
        figure=figure,
        kind=KINDS.get(indicator.kind),
        can_be_entered=can_be_entered(indicator),
        number=number,
        portion=load_counted_rows(db.session(), facts, rows, parse_page_number()),
        titles=titles,
        split=split,
        decisions=list_decisions(db.session(), project, indicator),
        twin_links=map_twin_links(facts, indicator),
        scope=scope,
        form=form,
        **build_figure_words(),
    )


def map_twin_links(facts: ProjectFacts, indicator: Indicator) -> dict[str, int]:
    """Return the other indicators that files or publications behind this one prove too: their ids by code."""
    proofs = {(link.item_id, link.publication_id) for link in facts.links.get(indicator.id, ())}
    twin_ids = {
        other_id
        for other_id, links in facts.links.items()
        if other_id != indicator.id and any((link.item_id, link.publication_id) in proofs for link in links)
    }
    indicators = (each for activity in facts.activities.values() for each in activity.indicators)
    return {other.code: other.id for other in indicators if other.id in twin_ids}


@desk.route("/plan/periods/<int:project_id>/new", methods=["GET", "POST"])
def add_period(project_id: int) -> ResponseReturnValue:
    """Show and save a new reporting period."""
    project = db.session.get(Project, project_id) or abort(404)
    form = PeriodForm(data={"start": project.start, "end": project.end})
    if form.validate_on_submit():
        start, end = form.start.data, form.end.data
        refusals = {PeriodExists: _("There is such a period already.")}
        with commit_or_explain(refusals, success=_("Saved.")):
            create_period(db.session(), project, form.kind.data, start, end)
        arguments = {"start": start.isoformat(), "end": end.isoformat()}
        return redirect(url_for(".view_plan", project=project.id, **arguments), 303)
    return render_template("monitoring/period.html", project=project, form=form), 422 if form.errors else 200


@desk.route("/plan/indicators/<int:indicator_id>/figure", methods=["GET", "POST"])
def add_figure(indicator_id: int) -> ResponseReturnValue:
    """Show and save a figure of an indicator that nothing can be counted for."""
    indicator = db.session.get(Indicator, indicator_id) or abort(404)
    project: Project = indicator.project or indicator.activity.task.project  # type: ignore[union-attr]
    if not can_be_entered(indicator):
        abort(404)
    today = now().astimezone(project.zone).date()
    form = FigureForm(today, data={"valid_on": today})
    form.unit.choices = [SelectChoice(str(target["unit"]), format_target(target)) for target in indicator.planned]
    proofs = list_possible_proofs(db.session(), project, indicator)
    form.proof.choices = [SelectChoice(item.id, item.file_name) for item in proofs]
    if form.validate_on_submit():
        entry = FigureEntry(form.unit.data, form.value.data, form.valid_on.data, form.note.data or "")
        address = url_for(".view_indicator", indicator_id=indicator.id)

        def record() -> str:
            record_figure(db.session(), project, indicator, entry, form.proof.data, current_user.id, now())
            return address

        refusals = {ProofMissing: _("The file was removed in the meantime. Choose another one.")}
        with commit_or_explain(refusals, success=_("Saved.")):
            create_once(db.session(), record, now())
        return redirect(address, 303)
    page = render_template("monitoring/figure.html", project=project, indicator=indicator, form=form)
    return page, 422 if form.errors else 200


@desk.post("/plan/indicators/<int:indicator_id>/figure/removal")
def submit_figure_removal(indicator_id: int) -> ResponseReturnValue:
    """Remove a figure that was entered for an indicator."""
    number = request.form.get("figure", 0, type=int)
    query = select(EnteredFigure).where(EnteredFigure.id == number, EnteredFigure.indicator_id == indicator_id)
    remove_figure(db.session.scalars(query).one_or_none() or abort(404), now())
    db.session.commit()
    flash(_("The figure was removed."), "success")
    return redirect(url_for(".view_indicator", indicator_id=indicator_id), 303)


@desk.get("/plan/missing")
def view_missing() -> ResponseReturnValue:
    """Show what is missing in the current project, by activity and deadline."""
    project = open_current_project() or abort(404)
    scope, _form = read_requested_scope(project, now())
    groups = list_missing(db.session(), ProjectFacts(db.session(), scope))
    return render_template(
        "monitoring/missing.html",
        project=project,
        groups=groups,
        scope=scope,
        find_work_address=find_work_address,
        **build_figure_words(),
    )
