"""Surveys: when the log of the database was overwritten.

Revision ID: 0020
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("survey") as batch:
        batch.add_column(sa.Column("log_erased_at", sa.DateTime(timezone=True), nullable=True))
    if op.get_bind().dialect.name == "sqlite":  # its log was truncated by sealing
        op.execute("UPDATE survey SET log_erased_at = sealed_at")


def downgrade() -> None:
    with op.batch_alter_table("survey") as batch:
        batch.drop_column("log_erased_at")
