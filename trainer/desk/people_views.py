"""The list of a project's people."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.memberships import list_project_ids
from trainer.accounts.permissions import ORGANIZERS
from trainer.desk.people import PeopleFilter, count_people, load_people_page
from trainer.desk.wording import PEOPLE_FILTER_NAMES
from trainer.extensions import db
from trainer.projects.current_project import list_own_projects, pick_current_project
from trainer.registration.desk.wording import STATUS_NAMES, STATUS_TONES
from trainer.web import phones
from trainer.web.paging import ROWS_PER_PAGE, parse_page_number
from trainer.web.text import clean_query

blueprint = create_desk_blueprint("desk_people", __name__)


@blueprint.get("/people")
def view_people() -> ResponseReturnValue:
    """List the people of the current project, or those that a filter or a search finds; nobody for other than organizers."""
    session, query = db.session(), clean_query(request.args.get("query", ""))
    project = pick_current_project(list_own_projects(session))
    projects = [project] if project and project.id in list_project_ids(current_user, ORGANIZERS) else []
    filter_ = next((each for each in PeopleFilter if each == request.args.get("show")), None)
    return render_template(
        "desk/people.html",
        people=load_people_page(session, projects, filter_, query, parse_page_number(), ROWS_PER_PAGE),
        counts=count_people(session, projects),
        filter=filter_,
        filter_names=PEOPLE_FILTER_NAMES,
        query=query,
        status_names=STATUS_NAMES,
        status_tones=STATUS_TONES,
        format_phone=phones.format_phone,
    )
