"""Access control of the desk: every request is checked against `permissions` and the object in its address.

An object belongs to a project, which a function of its package finds (`access_scopes`, collected by `create_app`). Somebody
who has no role there gets 404, as if the object did not exist; somebody whose role may not do this gets 403. An assistant
has a role only in the seminars assigned. A request costs one query more: the memberships come with the user.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask import Blueprint, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from sqlalchemy import Select, Subquery, and_, exists, literal, select, union_all
from werkzeug.exceptions import Forbidden, NotFound

from trainer import audit
from trainer.accounts.memberships import has_membership, map_roles
from trainer.accounts.models import Membership, ProjectRole, SeminarAssignment, User
from trainer.accounts.permissions import Access, find_endpoint_access, is_role_allowed
from trainer.accounts.sign_in import ORGANIZER_ROLE
from trainer.extensions import db

ScopeSelect = Callable[[Any], Select[Any]]
"""Takes the value of a URL parameter and returns a SELECT of the object's project id and seminar id (or NULL)."""
NO_NAME = re.compile(r"[\d@]|\w\.\w")
"""What occurs in phone numbers and email addresses, and in no word of a name."""
READING_METHODS = ("GET", "HEAD", "OPTIONS")


class ObjectScope(NamedTuple):
    """Where the object of a URL parameter belongs."""

    parameter: str
    project_id: int
    seminar_id: int | None
    is_assigned: bool
    """Whether the seminar is assigned to the user."""


def create_desk_blueprint(name: str, module: str) -> Blueprint:
    """Return a blueprint below /desk; who may open its pages stands in `permissions`."""
    blueprint = Blueprint(name, module, url_prefix="/desk")
    blueprint.before_request(require_access)
    blueprint.app_template_global()(may_open)
    blueprint.app_template_global()(may_open_address)
    blueprint.app_template_global()(mask_phone)
    return blueprint


def require_access() -> ResponseReturnValue | None:
    """Redirect anonymous users to the sign-in page. Raises Forbidden, NotFound."""
    if not current_user.is_authenticated:
        return redirect(url_for("security.login", next=request.full_path if request.method == "GET" else None))
    is_creator = current_user.has_role(ORGANIZER_ROLE)
    if not is_creator and not has_membership(current_user):
        raise Forbidden
    access = find_endpoint_access(str(request.endpoint))
    scopes = find_scope_functions()
    if scopes:
        check_objects(current_user, access, scopes)
    elif not (is_creator and access.is_for_creators) and not get_allowed_roles(access) & set(
        map_roles(current_user).values()
    ):
        raise Forbidden
    return None


def find_scope_functions() -> dict[str, ScopeSelect]:
    """Return the functions for the objects in the address of this request, by parameter.

    A function can be meant for one blueprint, as "blueprint.parameter".
    """
    functions: Mapping[str, ScopeSelect] = current_app.extensions["access_scopes"]
    names = {name: f"{request.blueprint}.{name}" for name in request.view_args or {}}
    named = {name: functions.get(own_name) or functions.get(name) for name, own_name in names.items()}
    return {name: function for name, function in named.items() if function is not None}


def get_allowed_roles(access: Access) -> frozenset[ProjectRole]:
    """Return the roles that may send a request with this method."""
    return access.read if request.method in READING_METHODS else access.write


def check_objects(user: User, access: Access, functions: Mapping[str, ScopeSelect]) -> None:
    """Check the user's role for every object in the address. Raises NotFound, Forbidden."""
    selects = [
        select_scope(user.id, name, function((request.view_args or {})[name])) for name, function in functions.items()
    ]
    scopes = [ObjectScope(*row) for row in db.session.execute(union_all(*selects) if len(selects) > 1 else selects[0])]
    seminar_ids = {scope.seminar_id for scope in scopes if scope.seminar_id is not None}
    if {scope.parameter for scope in scopes} != functions.keys() or (len(functions) > 1 and len(seminar_ids) > 1):
        raise NotFound
    roles = map_roles(user)
    own_roles = set()
    for scope in scopes:
        role = roles.get(scope.project_id)
        if role is None or (role == ProjectRole.ASSISTANT and scope.seminar_id is not None and not scope.is_assigned):
            raise NotFound
        own_roles.add(role)
    if not own_roles <= get_allowed_roles(access):
        raise Forbidden
    g.project_role = min(own_roles, key=list(ProjectRole).index) if len(own_roles) == 1 else ProjectRole.MONITOR
    g.project_id = scopes[0].project_id
    audit.set_default_scope(db.session(), scopes[0].project_id, scopes[0].seminar_id)


def select_scope(user_id: int, parameter: str, query: Select[Any]) -> Select[Any]:
    """Return the SELECT of an `ObjectScope` for the SELECT of a package."""
    scope: Subquery = query.subquery()
    project_id, seminar_id = scope.c
    is_assigned = exists(
        select(SeminarAssignment.seminar_id)
        .join(Membership, Membership.id == SeminarAssignment.membership_id)
        .where(and_(Membership.user_id == user_id, SeminarAssignment.seminar_id == seminar_id))
    )
    return select(literal(parameter), project_id, seminar_id, is_assigned)


def may_open(endpoint: str, is_reading: bool = True) -> bool:
    """Return whether the signed-in user may use an endpoint for the object of this page, for links and buttons.

    Without an object, any role of the user counts.
    """
    if find_endpoint_access(endpoint).is_for_creators and current_user.has_role(ORGANIZER_ROLE):
        return True
    role = g.get("project_role")
    roles = {role} if role else set(map_roles(current_user).values()) if current_user.is_authenticated else set()
    return any(is_role_allowed(own, endpoint, is_reading) for own in roles)


def may_open_address(address: str, is_reading: bool = True) -> bool:
    """Return whether the signed-in user may open an address of this site, or send something to it."""
    path, method = address.partition("?")[0].partition("#")[0], "GET" if is_reading else "POST"
    endpoint, _values = current_app.url_map.bind("").match(path, method=method)
    return may_open(endpoint, is_reading)


def use_role_in_project(project_id: int | None) -> None:
    """Set the user's role in the project that a page without an object shows; links, buttons and phones depend on it."""
    if project_id is not None:
        g.project_role = map_roles(current_user).get(project_id)


def read_search_arguments() -> dict[str, str]:
    """Return the query string; what a monitor searches for without phone numbers and addresses, which no search confirms."""
    arguments = request.args.to_dict()
    if g.get("project_role") == ProjectRole.MONITOR and "query" in arguments:
        words = arguments["query"].split()
        arguments["query"] = " ".join(word for word in words if not NO_NAME.search(word))
    return arguments


def mask_phone(number: str) -> str:
    """Return a formatted phone number; for a monitor, with dots instead of all but its last two digits."""
    if g.get("project_role") != ProjectRole.MONITOR:
        return number
    digits = sum(letter.isdigit() for letter in number)
    shown = iter(range(digits))
    return "".join("•" if letter.isdigit() and next(shown) < digits - 2 else letter for letter in number)
