"""Calendar files: how often a seminar and a seat were changed.

Earlier files carried the minutes since 1970 as SEQUENCE, and calendars ignore a lower one: seminars begin there.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MINUTES_IN_2046 = 40_000_000  # since 1970, so higher than every SEQUENCE that was sent


def upgrade() -> None:
    for table in ("seminar", "registration"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("calendar_version", sa.Integer(), nullable=False, server_default="0"))
        with op.batch_alter_table(table) as batch:
            batch.alter_column("calendar_version", existing_type=sa.Integer(), server_default=None)
    op.execute(f"UPDATE seminar SET calendar_version = {MINUTES_IN_2046}")
    op.execute("UPDATE registration SET calendar_version = 1 WHERE state IN ('registered', 'cancelled')")


def downgrade() -> None:
    for table in ("registration", "seminar"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("calendar_version")
