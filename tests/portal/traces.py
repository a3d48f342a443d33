"""Searching the whole database for what a person typed."""

import json

from sqlalchemy import text
from sqlalchemy.orm import Session

from trainer.base import Base
from trainer.language.collation import fold_text

TRACES = (
    "Өтегенова",
    "Айгүл",
    "Маратқызы",
    "Утегенова",
    "Aigul",
    "77015550101",
    "701 555 01 01",
    "aigul@example.org",
    "Облыстық аурухана",
    "мейіргер",
    "192.0.2.1",
    "қатты сурет",
)


def list_traces(session: Session) -> list[str]:
    """Return the tables and columns that contain data of Aigul, read as raw rows."""
    session.commit()
    searched = {
        form for trace in TRACES for form in (trace, trace.casefold(), fold_text(trace), json.dumps(trace)[1:-1])
    }
    traces = []
    for table in Base.metadata.sorted_tables:
        for row in session.execute(text(f'SELECT * FROM "{table.name}"')).mappings():  # our own names
            texts = {name: str(value) for name, value in row.items()}
            traces += [
                f"{table.name}.{name}" for name, value in texts.items() if any(form in value for form in searched)
            ]
    return sorted(set(traces))
