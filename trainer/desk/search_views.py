"""The page of the search everywhere."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.permissions import ORGANIZERS
from trainer.desk.search import MOST_SHOWN, SHORTEST_QUERY, search_everywhere
from trainer.extensions import db
from trainer.registration.desk.wording import STATUS_NAMES, STATUS_TONES
from trainer.web import phones
from trainer.web.text import clean_query

blueprint = create_desk_blueprint("desk_search", __name__)


@blueprint.get("/search")
def view_search() -> ResponseReturnValue:
    """Show what a search finds; without a query, the field to type it into."""
    session, query = db.session(), clean_query(request.args.get("query", ""))
    is_searched = len(query) >= SHORTEST_QUERY
    return render_template(
        "desk/search.html",
        query=query,
        results=search_everywhere(session, current_user, ORGANIZERS, query) if is_searched else None,
        most_shown=MOST_SHOWN,
        status_names=STATUS_NAMES,
        status_tones=STATUS_TONES,
        format_phone=phones.format_phone,
    )
