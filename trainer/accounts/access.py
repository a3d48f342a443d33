"""Access control of the desk."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from werkzeug.exceptions import Forbidden

from trainer.accounts.sign_in import ORGANIZER_ROLE


def require_organizer() -> ResponseReturnValue | None:
    """Redirect anonymous users to the sign-in page. Raises Forbidden for a user who is not an organizer."""
    if not current_user.is_authenticated:
        return redirect(url_for("security.login", next=request.full_path if request.method == "GET" else None))
    if not current_user.has_role(ORGANIZER_ROLE):
        raise Forbidden
    return None


def create_desk_blueprint(name: str, module: str) -> Blueprint:
    """Return a blueprint below /desk whose pages are open to organizers only."""
    blueprint = Blueprint(name, module, url_prefix="/desk")
    blueprint.before_request(require_organizer)
    return blueprint
