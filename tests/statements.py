"""Observing the database: the statements that the application sends, and the rows of all tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from trainer.base import Base
from trainer.extensions import db


@contextmanager
def record_statements(app: Flask) -> Iterator[list[str]]:
    """Collect the SQL statements that the application sends, without BEGIN and COMMIT."""
    statements: list[str] = []

    def record_statement(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", record_statement)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", record_statement)


def read_all_rows(session: Session) -> dict[str, list[Any]]:
    """Return all rows of all tables, as text in sorted order."""
    session.commit()
    return {table.name: sorted(map(repr, session.execute(select(table)))) for table in Base.metadata.sorted_tables}
