"""Plan: the planned value of an indicator in every language; what is stored is Kazakh.

Revision ID: 0018
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0011"
branch_labels = None
depends_on = None

MAX_TEXT_LENGTH = 200

indicator = sa.table(
    "indicator", sa.column("id", sa.Integer), sa.column("planned_text", sa.String), sa.column("planned_texts", sa.JSON)
)


def upgrade() -> None:
    with op.batch_alter_table("indicator") as batch:
        batch.add_column(sa.Column("planned_texts", sa.JSON(), server_default="{}", nullable=False))
    connection = op.get_bind()
    for row_id, text in connection.execute(sa.select(indicator.c.id, indicator.c.planned_text)).all():
        change = indicator.update().where(indicator.c.id == row_id)
        connection.execute(change.values(planned_texts={"kk": text} if text else {}))
    with op.batch_alter_table("indicator") as batch:
        batch.alter_column("planned_texts", existing_type=sa.JSON(), existing_nullable=False, server_default=None)
        batch.drop_column("planned_text")


def downgrade() -> None:
    with op.batch_alter_table("indicator") as batch:
        batch.add_column(sa.Column("planned_text", sa.String(MAX_TEXT_LENGTH), server_default="", nullable=False))
    connection = op.get_bind()
    for row_id, texts in connection.execute(sa.select(indicator.c.id, indicator.c.planned_texts)).all():
        text = texts.get("kk") or texts.get("ru") or texts.get("en") or ""
        connection.execute(
            indicator.update().where(indicator.c.id == row_id).values(planned_text=text[:MAX_TEXT_LENGTH])
        )
    with op.batch_alter_table("indicator") as batch:
        batch.alter_column(
            "planned_text", existing_type=sa.String(MAX_TEXT_LENGTH), existing_nullable=False, server_default=None
        )
        batch.drop_column("planned_texts")
