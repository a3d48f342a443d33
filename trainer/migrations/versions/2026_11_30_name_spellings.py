"""People: names folded by their spellings, and search texts with them.

Revision ID: 0012
Revises: 0011
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from trainer.people.models import build_search_text
from trainer.people.spelling import PersonName, fold_name

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BATCH_SIZE = 500
PERSON = sa.table(
    "person",
    sa.column("id", sa.Integer),
    *(
        sa.column(name, sa.String)
        for name in ("surname", "given_name", "patronymic", "phone", "email", "workplace", "position")
    ),
    *(sa.column(name, sa.String) for name in ("folded_name", "search_text")),
)
# The folding before this migration.
FOLDED = str.maketrans(
    {
        **dict(zip("әғқңөұүһіёй", "агкноуухиеи", strict=True)),
        **dict(zip("abcehkmoptxyi", "авсенкмортхуи", strict=True)),
        "ı": "и",
        **dict.fromkeys("'’ьъ"),
    }
)


def upgrade() -> None:
    refold_people(
        lambda row: {
            "folded_name": fold_name(PersonName(row.surname, row.given_name, row.patronymic)).key,
            "search_text": build_search_text(
                row.surname, row.given_name, row.patronymic, row.email, row.workplace, row.position
            ),
        }
    )


def downgrade() -> None:
    refold_people(
        lambda row: {
            "folded_name": f"{fold(row.surname)} {fold(row.given_name)}".strip()[:170],
            "search_text": " ".join(
                (
                    fold(f"{row.surname} {row.given_name} {row.patronymic} {row.workplace} {row.position}"),
                    row.phone,
                    row.email.casefold(),
                )
            ),
        }
    )


def refold_people(build_values: Callable[[Any], dict[str, str]]) -> None:
    """Write the folded name and the search text of everybody; of an erased person nothing is left to be found by."""
    statement = PERSON.update().where(PERSON.c.id == sa.bindparam("person_id"))
    statement = statement.values({name: sa.bindparam(name) for name in ("folded_name", "search_text")})
    for rows in list_batches():
        op.get_bind().execute(statement, [{"person_id": row.id, **build_values(row)} for row in rows])


def list_batches() -> Iterator[list[Any]]:
    """Yield all people in batches."""
    last_id = 0
    while rows := list(
        op.get_bind().execute(
            sa.select(PERSON).where(PERSON.c.id > last_id).order_by(PERSON.c.id).limit(BATCH_SIZE)
        )
    ):
        yield rows
        last_id = rows[-1].id


def fold(text: str) -> str:
    """Return a text folded as before this migration."""
    lowered = unicodedata.normalize("NFC", text).casefold().translate(FOLDED)
    return " ".join(re.sub(r"[^\w\s]|_", " ", lowered).split())
