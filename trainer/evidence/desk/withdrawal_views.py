"""The page of photos and publications that show people who withdrew their consent."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint, use_role_in_project
from trainer.accounts.permissions import ORGANIZERS
from trainer.evidence.publications.wording import name_network
from trainer.evidence.withdrawals import load_shown, select_undecided
from trainer.evidence.wording import MEDIA_KIND_NAMES
from trainer.extensions import db
from trainer.projects.current_project import pick_current_project
from trainer.projects.ownership import list_projects_of_user
from trainer.web.paging import ROWS_PER_PAGE, paginate_query, parse_page_number

desk = create_desk_blueprint("evidence_withdrawals", __name__)


@desk.get("/evidence/withdrawals")
def view_withdrawals() -> ResponseReturnValue:
    """List what shows people who withdrew their consent to photos, in the current project."""
    session = db.session()
    project = pick_current_project(list_projects_of_user(session, current_user, ORGANIZERS))
    if project is None:
        return render_template("evidence/no_project.html")
    use_role_in_project(project.id)
    portion = paginate_query(session, select_undecided(project.id), parse_page_number(), ROWS_PER_PAGE)
    return render_template(
        "evidence/withdrawals.html",
        project=project,
        portion=portion,
        shown=load_shown(session, project.id, portion.rows),
        media_kind_names=MEDIA_KIND_NAMES,
        name_network=name_network,
    )
