"""Quick questions: one row asked of the driver itself, without a transaction; and many numbers given as one text.

A certificate is checked more often than all else, and for one row SQLAlchemy takes six times as long as the driver; for ten thousand
rows it takes ten times as long as for their numbers joined by the database.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Dialect, Engine, Select, Text, cast, func, select
from sqlalchemy.orm import Session

from trainer.extensions import db

AUTOCOMMIT_BIND = "looking"
"""The bind whose every query stands alone: neither BEGIN nor ROLLBACK is sent."""
AUTOCOMMIT_ENGINE_OPTIONS = {
    "isolation_level": "AUTOCOMMIT",
    "skip_autocommit_rollback": True,
    "pool_reset_on_return": None,
}
ResultProcessor = Callable[[Any], Any]


class RawConnection:
    """A connection of the driver, borrowed from the pool for as long as one looks."""

    def __init__(self, engine: Engine) -> None:
        self.dialect = engine.dialect
        self.pooled_connection = engine.raw_connection()

    def __enter__(self) -> "RawConnection":
        return self

    def __exit__(self, *_error: object) -> None:
        self.pooled_connection.close()

    def fetch_row(self, sql: str, values: Any) -> Any:
        """Give the first row. Raises the driver's errors; the next look connects anew."""
        driver: Any = self.pooled_connection.driver_connection
        try:
            return driver.execute(sql, values).fetchone()
        except self.dialect.loaded_dbapi.Error as error:
            self.pooled_connection.invalidate(error)
            raise


def open_raw_connection() -> RawConnection:
    """Connect for a look."""
    return RawConnection(db.engines[AUTOCOMMIT_BIND])


class RawQuery:
    """A question for one row."""

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        self.row_class = namedtuple("row", [each.name for each in statement.selected_columns])  # type: ignore[misc]
        self.get_compiled = cache(self.compile_statement)

    def compile_statement(self, dialect: Dialect) -> tuple[str, list[str] | None, list[ResultProcessor | None]]:
        """Give the text for the driver, the order of its values (None: by name), and what makes Python's values of each column."""
        compiled = self.statement.compile(dialect=dialect)
        kinds = [each.type.dialect_impl(dialect) for each in self.statement.selected_columns]
        return str(compiled), compiled.positiontup, [each.result_processor(dialect, None) for each in kinds]

    def fetch_first(self, connection: RawConnection, **values: Any) -> Any:
        """Give the first row, each column under its name, or None. Raises the driver's errors."""
        text, order, processors = self.get_compiled(connection.dialect)
        found = connection.fetch_row(text, [values[each] for each in order] if order else values)
        if found is None:
            return None
        return self.row_class(*[make(each) if make else each for make, each in zip(processors, found, strict=True)])


def fetch_number_columns(
    session: Session, statement: Select[Any], values: Mapping[str, Any] | None = None
) -> list[set[int]]:
    """Give the whole numbers in each column of what is wanted; where a row has none, it adds none."""
    columns = statement.subquery().c
    joined = select(*(func.aggregate_strings(cast(each, Text), ",") for each in columns))
    row = session.connection().execute(joined, values or {}).one()
    return [{int(each) for each in text.split(",")} if text else set() for text in row]
