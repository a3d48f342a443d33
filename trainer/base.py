"""Declarative base class, constraint naming convention and column types shared by all tables."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BindParameter, DateTime, Dialect, MetaData, Select, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

CONSTRAINT_NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


Ids = Select[int] | Sequence[int] | BindParameter[Sequence[int]]
"""Ids of rows as a condition takes them: a SELECT, the ids, or a parameter with `expanding` of a statement that is built once."""


class Base(DeclarativeBase):
    """Base class of every table."""

    metadata = MetaData(naming_convention=CONSTRAINT_NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """Column type for a moment in time: stored in UTC, returned as an aware datetime on every database.

    Binding a naive datetime raises ValueError.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)  # type: ignore[no-any-return]
