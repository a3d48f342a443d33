"""Raw queries for hot paths: one-row SELECTs sent to the DBAPI driver in autocommit mode, aggregated lists of ids, many inserts.

They bypass the ORM for a measured gain. Looking up one certificate through the driver takes a sixth of the time that
SQLAlchemy takes (verification is the most frequent request), and counting a request for the rate limits less than half.
Reading ten thousand numbers as one aggregated text takes a tenth of the time of reading them as rows. Inserting 2,000 people
and their registrations, while others wait for the lock, takes a fifth of the time of a flush.
`tests/test_architecture.py` lists the modules that may import this one.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ClauseElement,
    Dialect,
    Engine,
    PoolProxiedConnection,
    Select,
    SelectBase,
    Text,
    cast,
    func,
    insert,
    inspect,
    literal,
    select,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from trainer.base import Base
from trainer.extensions import db

AUTOCOMMIT_BIND = "autocommit"
"""The SQLAlchemy bind in autocommit mode: neither BEGIN nor ROLLBACK is sent."""
AUTOCOMMIT_ENGINE_OPTIONS = {
    "isolation_level": "AUTOCOMMIT",
    "skip_autocommit_rollback": True,
    "pool_reset_on_return": None,
    "pool_pre_ping": False,  # a test of the connection costs as much as the query; a query that fails is repeated
}
ResultProcessor = Callable[[Any], Any]


class RawConnection:
    """Context manager around a pooled DBAPI connection in autocommit mode; leaving it returns the connection to the pool."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.dialect = engine, engine.dialect
        self.pooled_connection = open_pooled_connection(engine)

    def __enter__(self) -> "RawConnection":
        return self

    def __exit__(self, *_error: object) -> None:
        self.pooled_connection.close()

    def fetch_row(self, sql: str, values: Any) -> Any:
        """Execute a SELECT and return its first row, or None.

        On a lost connection, repeat it once on a new one. On any other driver error, remove the connection from the
        pool and raise the error again.
        """
        try:
            return self.execute(sql, values)
        except self.dialect.loaded_dbapi.Error as error:
            is_lost = self.dialect.is_disconnect(error, self.pooled_connection.driver_connection, None)
            self.pooled_connection.invalidate(error)
            if not is_lost:
                raise
        self.engine.dispose()  # the other waiting connections broke too, if the server was restarted
        self.pooled_connection = open_pooled_connection(self.engine)
        return self.execute(sql, values)

    def execute(self, sql: str, values: Any) -> Any:
        """Execute a SELECT on the connection of the driver and return its first row, or None."""
        driver: Any = self.pooled_connection.driver_connection
        return driver.execute(sql, values).fetchone()


def open_pooled_connection(engine: Engine) -> PoolProxiedConnection:
    """Return a connection from the pool of an engine. Raises OperationalError of SQLAlchemy if there is none to be had."""
    try:
        return engine.raw_connection()
    except engine.dialect.loaded_dbapi.Error as error:
        raise OperationalError("connect", None, error) from error


def open_raw_connection() -> RawConnection:
    """Return a RawConnection from the autocommit pool. Requires an application context."""
    return RawConnection(db.engines[AUTOCOMMIT_BIND])


@dataclass(frozen=True)
class RawText:
    """SQL for the driver of a dialect, with the order of its parameters if they are positional."""

    sql: str
    order: Sequence[str] | None

    def fetch_row(self, connection: RawConnection, values: Mapping[str, Any]) -> Any:
        """Execute it and return the first row, or None. Raises the errors of the driver."""
        return connection.fetch_row(self.sql, [values[name] for name in self.order] if self.order else values)


def compile_raw_text(statement: ClauseElement, dialect: Dialect) -> RawText:
    """Return the SQL of a statement, which is compiled for a dialect."""
    compiled: Any = statement.compile(dialect=dialect)
    return RawText(str(compiled), compiled.positiontup)


class RawQuery:
    """A SELECT of at most one row that is compiled once per SQL dialect and sent to the driver directly."""

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        self.row_class = namedtuple("row", [column.name for column in statement.selected_columns])  # type: ignore[misc]
        self.get_compiled = cache(self.compile_statement)

    def compile_statement(self, dialect: Dialect) -> tuple[RawText, list[ResultProcessor | None]]:
        """Compile the statement for a dialect. Return its text, and one result processor per column."""
        types = [column.type.dialect_impl(dialect) for column in self.statement.selected_columns]
        return (
            compile_raw_text(self.statement, dialect),
            [column_type.result_processor(dialect, None) for column_type in types],
        )

    def fetch_first(self, connection: RawConnection, **values: Any) -> Any:
        """Execute the query with the given parameters and return the first row as a named tuple, or None.

        Raises the errors of the driver.
        """
        text, processors = self.get_compiled(connection.dialect)
        row = text.fetch_row(connection, values)
        if row is None:
            return None
        return self.row_class(
            *[process(value) if process else value for process, value in zip(processors, row, strict=True)]
        )


def fetch_number_columns(
    session: Session, statement: Select[Any], values: Mapping[str, Any] | None = None
) -> list[set[int]]:
    """Return one set of integers for each column of a SELECT, leaving out NULL.

    The database joins each column into a single text, which is read faster than one row per number.
    """
    columns = statement.subquery().c
    joined = select(*(func.aggregate_strings(cast(column, Text), ",") for column in columns))
    row = session.connection().execute(joined, values or {}).one()
    return [{int(number) for number in text.split(",")} if text else set() for text in row]


def join_numbers(statement: SelectBase) -> Select[*tuple[Any, ...]]:
    """Return a SELECT in which the numbers in the last column of another one are a text, by the values of its other columns."""
    *keys, number = statement.subquery().c
    return select(*keys, func.aggregate_strings(cast(number, Text), ",")).group_by(*keys)


def fetch_number_groups(
    session: Session, joined: Select[*tuple[Any, ...]], values: Mapping[str, Any]
) -> list[tuple[tuple[Any, ...], set[int]]]:
    """Return the integers of a SELECT of `join_numbers` by the values of its other columns, each combination once; without NULL.

    The database joins the numbers of a group into a single text, as for `fetch_number_columns`.
    """
    rows = session.connection().execute(joined, values)
    return [(tuple(key), {int(number) for number in text.split(",")} if text else set()) for *key, text in rows]


def fetch_pair_groups(session: Session, statement: SelectBase) -> list[tuple[Any, dict[int, int]]]:
    """Return the last two columns of a SELECT, which are integers, as pairs in the order of the first, by its other columns.

    The database joins the pairs of a group into a single text, as for `fetch_number_columns`.
    """
    *keys, first, second = statement.subquery().c
    pair = cast(first, Text) + literal(" ") + cast(second, Text)
    joined = select(*keys, func.aggregate_strings(pair, " ")).group_by(*keys)
    groups = []
    for *key, text in session.connection().execute(joined):
        numbers = [int(number) for number in text.split()]
        groups.append((tuple(key), dict(sorted(zip(numbers[::2], numbers[1::2], strict=True)))))
    return groups


def assign_new_ids(session: Session, objects: Sequence[Base]) -> None:
    """Set the id of each new object of one class before it is inserted, in the order of the objects.

    On SQLite the session's transaction must be one that writes, so that nobody else inserts meanwhile.
    """
    if not objects:
        return
    column: Any = inspect(type(objects[0])).primary_key[0]
    if session.get_bind().dialect.name == "sqlite":
        first = (session.scalar(select(func.max(column))) or 0) + 1
        ids: Sequence[int] = range(first, first + len(objects))
    else:
        sequence = func.nextval(func.pg_get_serial_sequence(column.table.name, column.name))
        ids = session.scalars(select(sequence).select_from(func.generate_series(1, len(objects)))).all()
    for new, number in zip(objects, ids, strict=True):
        vars(new)["id"] = number


def insert_objects(session: Session, objects: Sequence[Base]) -> None:
    """Insert new objects of one class, all with the same attributes and an id, by one statement.

    They don't become part of the session, which would take as long as inserting them. Related objects are not inserted: the
    attributes of foreign keys count.
    """
    if not objects:
        return
    attributes = [part for part in inspect(type(objects[0])).column_attrs if part.key in vars(objects[0])]
    names = {part.key: part.columns[0].name for part in attributes}
    table: Any = inspect(type(objects[0])).local_table
    session.connection().execute(
        insert(table), [{column: vars(new)[name] for name, column in names.items()} for new in objects]
    )
