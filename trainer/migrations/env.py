"""Entry point of Alembic: runs the migrations for the tables of all packages on the database of the application."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, TypeDecorator

from trainer.base import Base, UtcDateTime
from trainer.extensions import db


def plain_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Return how a migration names our column types: by the type in the database, so that it does not depend on our code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else "sa.JSON()"
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
        check_foreign_keys(connection)


def enforce_foreign_keys(connection: Connection, enforce: bool) -> None:
    """Switch SQLite's foreign keys on or off, so that a table can be rebuilt; the pragma works only outside a transaction."""
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute(f"PRAGMA foreign_keys = {'ON' if enforce else 'OFF'}")  # type: ignore[union-attr]


def check_foreign_keys(connection: Connection) -> None:
    """Make sure that nothing points into the void after SQLite's tables were made anew."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise SystemExit(f"The migration would leave {len(broken)} rows pointing nowhere; nothing was changed.")


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database.")
with db.engine.connect() as connection:
    enforce_foreign_keys(connection, False)
    run(connection)
    connection.commit()
    enforce_foreign_keys(connection, True)
