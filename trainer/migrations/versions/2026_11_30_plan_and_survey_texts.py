"""Plan: planned values in every language; what is stored is Kazakh. Surveys: notes for the organizer, changes to undo.

Revision ID: 0018
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op


revision = "0017"
down_revision = "0016"
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
    with op.batch_alter_table("survey") as batch:
        batch.add_column(sa.Column("organizer_note", sa.JSON(), server_default="{}", nullable=False))
    with op.batch_alter_table("survey") as batch:
        batch.alter_column("organizer_note", existing_type=sa.JSON(), existing_nullable=False, server_default=None)
    op.create_table(
        "survey_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("question_key", sa.String(length=40), nullable=False),
        sa.Column("earlier_questions", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_survey_change_survey_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_change")),
    )
    op.create_index(op.f("ix_survey_change_survey_id"), "survey_change", ["survey_id"])


def downgrade() -> None:
    op.drop_table("survey_change")
    with op.batch_alter_table("survey") as batch:
        batch.drop_column("organizer_note")
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
