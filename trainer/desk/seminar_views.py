"""The list of seminars."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint, use_role_in_project
from trainer.clock import now
from trainer.desk.seminar_list import SeminarGroup, count_groups, find_seminars, list_seminar_rows
from trainer.desk.wording import GROUP_NAMES
from trainer.extensions import db
from trainer.projects.current_project import list_own_projects, pick_current_project
from trainer.web.paging import paginate_rows, parse_page_number
from trainer.web.text import clean_query

blueprint = create_desk_blueprint("desk_seminars", __name__)


@blueprint.get("/seminars")
def view_seminars() -> ResponseReturnValue:
    """List the seminars of the current project, those of one group or those that a search finds."""
    session, query = db.session(), clean_query(request.args.get("query", ""))
    project = pick_current_project(list_own_projects(session))
    use_role_in_project(project.id if project else None)
    rows = list_seminar_rows(session, current_user, project, now()) if project else []
    found_ids = {seminar.id for seminar in find_seminars([row.seminar for row in rows], query)}
    found = [row for row in rows if row.seminar.id in found_ids]
    group = next((each for each in SeminarGroup if each == request.args.get("show")), None)
    shown = [row for row in found if group in (None, row.group)]
    return render_template(
        "desk/seminars.html",
        project=project,
        group=group,
        group_names=GROUP_NAMES,
        counts=count_groups(found),
        query=query,
        total=len(rows),
        portion=paginate_rows(shown, parse_page_number()),
    )
