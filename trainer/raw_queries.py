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

LOOKING = "looking"
"""The bind whose every query stands alone: neither BEGIN nor ROLLBACK is sent."""
STANDING_ALONE = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True, "pool_reset_on_return": None}
Processor = Callable[[Any], Any]


class Glance:
    """A connection of the driver, borrowed from the pool for as long as one looks."""

    def __init__(self, engine: Engine) -> None:
        self.dialect = engine.dialect
        self.borrowed = engine.raw_connection()

    def __enter__(self) -> "Glance":
        return self

    def __exit__(self, *_error: object) -> None:
        self.borrowed.close()

    def row(self, text: str, values: Any) -> Any:
        """Give the first row. Raises the driver's errors; the next look connects anew."""
        driver: Any = self.borrowed.driver_connection
        try:
            return driver.execute(text, values).fetchone()
        except self.dialect.loaded_dbapi.Error as error:
            self.borrowed.invalidate(error)
            raise


def single_look() -> Glance:
    """Connect for a look."""
    return Glance(db.engines[LOOKING])


class Look:
    """A question for one row."""

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        self.row = namedtuple("row", [each.name for each in statement.selected_columns])  # type: ignore[misc]
        self.compiled = cache(self.compile_for)

    def compile_for(self, dialect: Dialect) -> tuple[str, list[str] | None, list[Processor | None]]:
        """Give the text for the driver, the order of its values (None: by name), and what makes Python's values of each column."""
        compiled = self.statement.compile(dialect=dialect)
        kinds = [each.type.dialect_impl(dialect) for each in self.statement.selected_columns]
        return str(compiled), compiled.positiontup, [each.result_processor(dialect, None) for each in kinds]

    def first(self, glance: Glance, **values: Any) -> Any:
        """Give the first row, each column under its name, or None. Raises the driver's errors."""
        text, order, processors = self.compiled(glance.dialect)
        found = glance.row(text, [values[each] for each in order] if order else values)
        if found is None:
            return None
        return self.row(*[make(each) if make else each for make, each in zip(processors, found, strict=True)])


def numbers(session: Session, wanted: Select[Any], values: Mapping[str, Any] | None = None) -> list[set[int]]:
    """Give the whole numbers in each column of what is wanted; where a row has none, it adds none."""
    columns = wanted.subquery().c
    joined = select(*(func.aggregate_strings(cast(each, Text), ",") for each in columns))
    row = session.connection().execute(joined, values or {}).one()
    return [{int(each) for each in text.split(",")} if text else set() for text in row]
