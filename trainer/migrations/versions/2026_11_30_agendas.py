"""Agendas of sessions, archived seminars, and when a tablet was rehearsed.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("seminar_session") as batch:
        batch.add_column(sa.Column("agenda", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("seminar_session") as batch:
        batch.alter_column("agenda", existing_type=sa.JSON(), server_default=None)
    with op.batch_alter_table("seminar") as batch:
        batch.add_column(sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("device") as batch:
        batch.add_column(sa.Column("rehearsed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("device") as batch:
        batch.drop_column("rehearsed_at")
    with op.batch_alter_table("seminar") as batch:
        batch.drop_column("archived_at")
    with op.batch_alter_table("seminar_session") as batch:
        batch.drop_column("agenda")
