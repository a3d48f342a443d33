"""The values before and after a change, as JSON."""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import inspect

from trainer.audit.tables import DERIVED_COLUMNS, SECRET_COLUMNS
from trainer.base import Base
from trainer.language.translated import Translated


def read_values(subject: Base, *names: str) -> dict[str, Any]:
    """Return the values of a row by column, for `record`: of the named columns, else of all but keys, secrets and derived ones."""
    mapper = inspect(type(subject))
    keys = {mapper.get_property_by_column(column).key for column in mapper.primary_key}
    columns = names or [key for key in mapper.column_attrs.keys() if key not in SECRET_COLUMNS | DERIVED_COLUMNS | keys]  # noqa: SIM118
    return {name: getattr(subject, name) for name in columns}


def compare_values(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return [before, after] in JSON values for every field that differs; None stands for a field that one side lacks."""
    pairs = {
        name: [to_json_value(before.get(name)), to_json_value(after.get(name))]
        for name in dict.fromkeys([*before, *after])
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def to_json_value(value: Any) -> Any:
    """Return a value as JSON can hold it. Raises TypeError for a value of another kind than columns have."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, uuid.UUID | Decimal):
        return str(value)
    if isinstance(value, Translated):
        return value.to_mapping()
    if isinstance(value, Mapping):
        return {str(key): to_json_value(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [to_json_value(part) for part in value]
    if isinstance(value, set | frozenset):
        return sorted((to_json_value(part) for part in value), key=str)
    raise TypeError(f"the audit log can't hold a {type(value).__name__}")


def dump_canonical_json(value: Any) -> str:
    """Return JSON of which equal values have the same text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
