"""The page with the pictures of a project, and the pictures themselves."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.monitoring import wording
from trainer.monitoring.charts import Chart, ChartName, build_chart, draw_chart
from trainer.monitoring.desk.counted_rows import load_seminar_titles
from trainer.monitoring.desk.requested_scope import read_requested_scope
from trainer.monitoring.desk.views import open_current_project
from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.projects.models import Project
from trainer.projects.plan import load_whole_plan
from trainer.surveys.results.chart_svg import render_svg
from trainer.surveys.results.views import build_svg_response

desk = create_desk_blueprint("monitoring_charts", __name__)


def load_charts(project: Project, *names: ChartName) -> list[Chart]:
    """Return pictures of a project whose plan is loaded, for the period and day of the address."""
    scope, _form = read_requested_scope(project, now())
    facts = ProjectFacts(db.session(), scope)
    titles = load_seminar_titles(db.session(), list(facts.seminars))
    return [build_chart(name, facts, titles) for name in names]


@desk.get("/plan/charts")
def view_diagrams() -> ResponseReturnValue:
    """Show the pictures of the current project, each beside its table."""
    project = open_current_project() or abort(404)
    return render_template(
        "monitoring/charts.html", project=project, charts=load_charts(project, *ChartName), wording=wording
    )


@desk.get("/plan/charts/<int:project_id>/<name>.svg")
def view_chart(project_id: int, name: str) -> ResponseReturnValue:
    """Send a picture as SVG."""
    project = db.session.get(Project, project_id) or abort(404)
    if name not in tuple(ChartName):
        abort(404)
    load_whole_plan(db.session(), project)
    [chart] = load_charts(project, ChartName(name))
    if not chart.rows:
        abort(404)
    return build_svg_response(render_svg(draw_chart(chart), chart.title))
