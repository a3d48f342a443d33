"""Who makes a change, as the audit log records it: the kind, a colon, and what identifies the actor.

"user:7" is an organizer, "device:3" a tablet, "job:erasures" a background job, "command:trainer user add" a command, and
"visitor:" anybody else who sends a request.
"""

import click
from flask import has_request_context
from sqlalchemy.orm import Session

ACTOR_KEY = "actor"
"""The key in `Session.info` under which a request or job states its actor."""


def set_actor(session: Session, kind: str, name: str | int) -> None:
    """State who makes the changes that this session records from now on."""
    session.info[ACTOR_KEY] = f"{kind}:{name}"


def get_actor(session: Session) -> str:
    """Return who makes the changes of this session; without a statement, a visitor, the running command, or "server:"."""
    actor = session.info.get(ACTOR_KEY)
    if actor:
        return str(actor)
    if has_request_context():
        return "visitor:"
    command = click.get_current_context(silent=True)
    return f"command:{command.command_path}"[:120] if command else "server:"
