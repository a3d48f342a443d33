"""Personal values of entries: read for the pages, erased with the person."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trainer.audit.models import AuditPersonalValues


def load_personal_values(session: Session, numbers: Iterable[int]) -> dict[int, dict[str, list[Any]]]:
    """Return [before, after] by field for each entry with personal values that are not erased."""
    query = select(AuditPersonalValues).where(AuditPersonalValues.entry_number.in_(list(numbers)))
    return {values.entry_number: json.loads(values.changes) for values in session.scalars(query)}


def erase_personal_values(session: Session, person_id: int) -> None:
    """Delete the personal values of all entries about a person. The entries say from then on only which fields changed."""
    session.execute(delete(AuditPersonalValues).where(AuditPersonalValues.person_id == person_id))
