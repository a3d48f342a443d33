"""Alembic's entry: the tables of every room, the database of the application."""

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection, TypeDecorator

from trainer.base import Base, Moment

engine = current_app.extensions["migrate"].db.engine


def plain_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types into a migration as what the database keeps, so that it never depends on today's code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return "sa.DateTime(timezone=True)" if isinstance(item, Moment) else "sa.JSON()"
    return False


def run(connection: Connection) -> None:
    """Run the migrations on a connection."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=plain_type,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database.")
with engine.connect() as connection:
    run(connection)
    connection.commit()
