"""The list of seminars, and the documents of a seminar in one place."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint, use_role_in_project
from trainer.clock import now
from trainer.desk.seminar_list import SeminarGroup, count_groups, find_seminars, list_seminar_rows
from trainer.desk.wording import GROUP_NAMES
from trainer.extensions import db
from trainer.projects.current_project import list_own_projects, pick_current_project
from trainer.seminars.views import get_seminar_or_404
from trainer.surveys.catalogue import list_seminar_surveys
from trainer.web.paging import paginate_rows, parse_page_number
from trainer.web.text import clean_query

blueprint = create_desk_blueprint("desk_seminars", __name__)

DOCUMENT_LANGUAGES = ("kk", "ru")


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


@blueprint.get("/seminars/<int:seminar_id>/documents")
def view_documents(seminar_id: int) -> ResponseReturnValue:
    """Show everything of a seminar that can be downloaded or printed, each in the place where it is made."""
    seminar = get_seminar_or_404(seminar_id)
    return render_template(
        "desk/documents.html",
        seminar=seminar,
        surveys=[survey for survey in list_seminar_surveys(db.session(), seminar) if survey.id],
        languages=DOCUMENT_LANGUAGES,
    )
