"""Following what organizers and commands change through the ORM, so that no change needs a call to be recorded."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session

from trainer.audit.actors import ACTOR_KEY
from trainer.audit.recording import Changes, add_waiting_entry
from trainer.audit.tables import DERIVED_COLUMNS, NOT_FOLLOWED, holds_value
from trainer.audit.values import to_json_value
from trainer.base import Base

FOLLOWED_ACTORS = ("user:", "command:")
EARLIER_KEY = "audit_earlier_values"


def list_followed_rows(session: Session, rows: Iterable[Any]) -> list[Base]:
    """Return the rows that are followed: none, unless an organizer or a command has stated to be at work."""
    if not str(session.info.get(ACTOR_KEY, "")).startswith(FOLLOWED_ACTORS):
        return []
    return [row for row in rows if isinstance(row, Base) and row.__tablename__ not in NOT_FOLLOWED]


@event.listens_for(Session, "before_flush")
def load_earlier_values(session: Session, _context: Any, _instances: Any) -> None:
    """Load the values that a flush is going to replace, where the program has set an attribute without having read it."""
    for row in list_followed_rows(session, session.dirty):
        state = inspect(row)
        histories = {name: state.attrs[name].history for name in state.mapper.column_attrs.keys()}  # noqa: SIM118
        unknown = [name for name, history in histories.items() if history.added and not history.deleted]
        if unknown:
            columns = [state.mapper.attrs[name].columns[0] for name in unknown]
            keys = zip(state.mapper.primary_key, state.identity or (), strict=True)
            query = select(*columns).where(*(column == value for column, value in keys))
            values = session.connection().execute(query).one()
            session.info.setdefault(EARLIER_KEY, {})[row] = dict(zip(unknown, values, strict=True))


@event.listens_for(Session, "after_flush")
def follow_flush(session: Session, _context: Any) -> None:
    """Record what a flush has written."""
    earlier = session.info.pop(EARLIER_KEY, {})
    for action, rows in (("created", session.new), ("changed", session.dirty), ("deleted", session.deleted)):
        for row in list_followed_rows(session, rows):
            changes = read_changes(row, action, earlier.get(row, {}))
            if changes or action != "changed":
                add_waiting_entry(session, action, row, changes, is_followed=True)


def read_changes(row: Base, action: str, earlier: dict[str, Any]) -> Changes:
    """Return [before, after] by column of a row that was just flushed; None for a value that the log does not hold."""
    state = inspect(row)
    keys = {state.mapper.get_property_by_column(column).key for column in state.mapper.primary_key}
    changes: Changes = {}
    for name in state.mapper.column_attrs.keys():  # noqa: SIM118
        if name in DERIVED_COLUMNS | keys:
            continue
        if action == "changed":
            history = state.attrs[name].history
            pair = (
                [history.deleted[0] if history.deleted else earlier.get(name), getattr(row, name)]
                if history.added
                else []
            )
        else:
            value = state.dict.get(name)
            pair = [None, value] if action == "created" else [value, None]
        if not pair or pair[0] == pair[1]:
            continue
        if holds_value(row.__tablename__, name):
            changes[name] = [to_json_value(value) for value in pair]
        elif action == "changed":
            changes[name] = None
    return changes
