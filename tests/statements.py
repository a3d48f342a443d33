"""Observing the database: the statements that the application sends, what they cost, and the rows of all tables."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from trainer.base import Base
from trainer.extensions import db


@dataclass
class Cost:
    """The number of statements that a request executed and of rows that it fetched."""

    queries: int = 0
    rows: int = 0


class CountingCursor(sqlite3.Cursor):
    """Counts statements that read or write rows, and the rows fetched; not PRAGMA, BEGIN and the like."""

    cost = Cost()
    is_counted = False

    def execute(self, sql: str, *parameters: Any) -> "CountingCursor":
        self.is_counted = sql.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"))
        self.cost.queries += self.is_counted
        super().execute(sql, *parameters)
        return self

    def fetchone(self) -> Any:
        row = super().fetchone()
        self.count_rows(row is not None)
        return row

    def fetchmany(self, size: int | None = None) -> list[Any]:
        rows = super().fetchmany(self.arraysize if size is None else size)
        self.count_rows(len(rows))
        return rows

    def fetchall(self) -> list[Any]:
        rows = super().fetchall()
        self.count_rows(len(rows))
        return rows

    def count_rows(self, number: int) -> None:
        self.cost.rows += number if self.is_counted else 0


class CountingConnection(sqlite3.Connection):
    """Counts what the ORM and raw queries execute alike."""

    def cursor(self, *_factory: Any) -> CountingCursor:  # type: ignore[override]
        return super().cursor(CountingCursor)

    def execute(
        self, sql: str, *parameters: Any
    ) -> CountingCursor:  # as raw queries do; the base class would not count
        return self.cursor().execute(sql, *parameters)


def use_counting_connections(app: Flask) -> None:
    """Make every later connection of an application a CountingConnection."""

    def choose_class(_dialect: Any, _record: Any, _arguments: Any, keywords: dict[str, Any]) -> None:
        keywords["factory"] = CountingConnection

    with app.app_context():
        for engine in db.engines.values():
            event.listen(engine, "do_connect", choose_class)


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
