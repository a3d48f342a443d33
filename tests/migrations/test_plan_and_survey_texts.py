"""The migration that gives planned values a text in every language."""

from typing import Any

from flask import Flask
from sqlalchemy import select, text

from trainer.extensions import db
from trainer.projects.models import Indicator
from trainer.schema import downgrade_schema, upgrade_schema

PLANNED_TEXTS = ["Кемінде 5 фото", "", "«5»: 100%\\"]
INSERTION = (
    "INSERT INTO indicator (id, code, kind, name, planned_text, planned, evidence, doubt) "
    "VALUES (:id, 'T', '', '{}', :planned_text, '[]', 'uploaded', '')"
)


def read_values(statement: Any) -> list[Any]:
    """Return the values of a statement, and leave no transaction behind that would block a migration."""
    with db.engine.begin() as connection:
        return list(connection.scalars(statement))


def test_a_planned_value_stays_as_the_kazakh_text(app: Flask) -> None:
    with app.app_context():
        try:
            downgrade_schema("0016")
            with db.engine.begin() as connection:
                rows = [{"id": number, "planned_text": planned} for number, planned in enumerate(PLANNED_TEXTS, 1)]
                connection.execute(text(INSERTION), rows)
            upgrade_schema()
            texts = read_values(select(Indicator.planned_text).order_by(Indicator.id))
            assert [planned.to_mapping() for planned in texts] == [
                {"kk": PLANNED_TEXTS[0]},
                {},
                {"kk": PLANNED_TEXTS[2]},
            ]
            downgrade_schema("0016")
            assert read_values(text("SELECT planned_text FROM indicator ORDER BY id")) == PLANNED_TEXTS
        finally:
            upgrade_schema()
