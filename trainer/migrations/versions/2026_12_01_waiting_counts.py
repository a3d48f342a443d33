"""Partial indexes that SQLite uses too: it needs the very condition of the queries, with “= 1” for what is true.

They serve the decisions that every page of the dashboard counts: likely duplicates and requests for erasure, and
the alarms that are due.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_registration_likely_duplicate",
        "registration",
        ["seminar_id", "state"],
        sqlite_where=sa.text("likely_duplicate = 1"),
        postgresql_where=sa.text("likely_duplicate"),
    )
    op.drop_index("ix_registration_alert_due", "registration")
    op.create_index(
        "ix_registration_alert_due",
        "registration",
        ["id"],
        sqlite_where=sa.text("alert_due = 1"),
        postgresql_where=sa.text("alert_due"),
    )
    is_requested = sa.text("erasure_requested_at IS NOT NULL")
    op.create_index(
        "ix_person_erasure", "person", ["erasure_requested_at"], sqlite_where=is_requested, postgresql_where=is_requested
    )


def downgrade() -> None:
    op.drop_index("ix_person_erasure", "person")
    op.drop_index("ix_registration_alert_due", "registration")
    is_due = sa.text("alert_due")
    op.create_index("ix_registration_alert_due", "registration", ["id"], sqlite_where=is_due, postgresql_where=is_due)
    op.drop_index("ix_registration_likely_duplicate", "registration")
