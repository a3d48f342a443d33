"""The log of changes: as a list with filters, and of one object."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user
from sqlalchemy import select

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.change_authors import format_actor, load_actor_users
from trainer.accounts.memberships import list_project_ids
from trainer.accounts.permissions import ORGANIZERS
from trainer.audit.log import EntryFilter, FieldChange, list_actors, load_log_page
from trainer.audit.wording import ACTION_NAMES, FIELD_NAMES, SUBJECT_NAMES
from trainer.colleagues.wording import ROLE_NAMES
from trainer.extensions import db
from trainer.language import LANGUAGE_NAMES, LANGUAGES
from trainer.language.choice import get_page_language
from trainer.language.dates import format_long_moment
from trainer.language.translate import gettext as _
from trainer.language.translated import Translated
from trainer.registration.desk.wording import STATUS_NAMES
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.settings import get_settings

blueprint = create_desk_blueprint("desk_history", __name__)
VALUE_NAMES: dict[str, Mapping[Any, Any]] = {"role": ROLE_NAMES, "status": STATUS_NAMES}
"""Words for values of closed lists."""
MAX_PAGE = 10_000
MAX_SHOWN_TEXT = 160  # characters of one value


@blueprint.get("/history")
def view_history() -> ResponseReturnValue:
    """List the changes in the projects that the signed-in user organizes."""
    project_ids, zone = list_project_ids(current_user, ORGANIZERS), ZoneInfo(get_settings().timezone)
    page_number = min(max(request.args.get("page", 1, type=int), 1), MAX_PAGE)
    entry_filter = read_filter(zone)
    page = load_log_page(db.session(), project_ids, entry_filter, page_number)
    users = load_user_names([*list_actors(db.session(), project_ids), *(change.entry.actor for change in page.changes)])
    return render_template(
        "desk/history.html",
        page=page,
        page_number=page_number,
        filters=entry_filter,
        arguments={name: value for name, value in request.args.items() if name != "page" and value},
        actors=users,
        action_names=ACTION_NAMES,
        subject_names=SUBJECT_NAMES,
        field_names=FIELD_NAMES,
        list_shown_changes=lambda field: list_shown_changes(field, zone),
        seminar_titles=load_seminar_titles({change.entry.seminar_id for change in page.changes}),
        zone=zone,
    )


def load_seminar_titles(seminar_ids: set[int | None]) -> dict[int, Translated]:
    """Return the titles of seminars by id."""
    query = select(Seminar.id, Seminar.title).where(Seminar.id.in_([number for number in seminar_ids if number]))
    return {row.id: row.title for row in db.session.execute(query)}


def read_filter(zone: ZoneInfo) -> EntryFilter:
    """Return the filter of the query string; what can't be read filters nothing."""
    since, until = parse_day("since"), parse_day("until")
    return EntryFilter(
        request.args.get("actor", "")[:120],
        request.args.get("kind", "") if request.args.get("kind", "") in SUBJECT_NAMES else "",
        request.args.get("id", "")[:80],
        find_person_id(),
        request.args.get("seminar", type=int),
        datetime.combine(since, time(), zone) if since else None,
        datetime.combine(until + timedelta(days=1), time(), zone) if until else None,
    )


def find_person_id() -> int | None:
    """Return the person of the registration whose history was asked for."""
    if request.args.get("kind") != "registration":
        return None
    registration = db.session.get(Registration, request.args.get("id", 0, type=int))
    return registration.person_id if registration else None


def parse_day(name: str) -> date | None:
    """Return a day of the query string, or None for anything invalid."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if 1970 < day.year < 9000 else None


def load_user_names(actors: list[str]) -> dict[str, str]:
    """Return the name to show for each actor."""
    users = load_actor_users(db.session(), actors)
    return {actor: format_actor(actor, users) for actor in dict.fromkeys(actors)}


def list_shown_changes(field: FieldChange, zone: ZoneInfo) -> list[tuple[str, str, str]]:
    """Return language, value before and value after, as a page shows them; of texts in several languages, those that differ."""
    before, after = field.before, field.after
    if not (is_translated(before) and is_translated(after)):
        names = VALUE_NAMES.get(field.name, {})
        old, new = (str(names.get(str(value)) or format_value(value, zone)) for value in (before, after))
        return [("", old, new)]
    return [
        (LANGUAGE_NAMES[language], format_value(before.get(language), zone), format_value(after.get(language), zone))
        for language in LANGUAGES
        if before.get(language) != after.get(language)
    ]


def is_translated(value: Any) -> bool:
    """Return whether a value of the log is a text in several languages."""
    return isinstance(value, dict) and bool(value) and value.keys() <= set(LANGUAGES)


def format_value(value: Any, zone: ZoneInfo) -> str:
    """Return a value of the log for a page: texts in the page's language, moments in local time, at most MAX_SHOWN_TEXT long."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if is_translated(value):
        return shorten(Translated.from_mapping(value).get_text(get_page_language()))
    if isinstance(value, list):
        return shorten(", ".join(format_value(part, zone) for part in value)) or "—"
    if isinstance(value, dict):
        return shorten("; ".join(f"{name}: {format_value(part, zone)}" for name, part in value.items()))
    text = str(value)
    if len(text) >= 19 and text[10:11] == "T":
        try:
            return format_long_moment(datetime.fromisoformat(text), zone, get_page_language())
        except ValueError:
            return shorten(text)
    return shorten(text)


def shorten(text: str) -> str:
    """Return a text of at most MAX_SHOWN_TEXT characters."""
    return text if len(text) <= MAX_SHOWN_TEXT else f"{text[:MAX_SHOWN_TEXT]}…"
