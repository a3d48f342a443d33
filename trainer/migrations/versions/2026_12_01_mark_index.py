"""Attendance: the index of marks holds the status, so that marks are counted without reading the table.

Revision ID: 0031
Revises: 0030
"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_attendance_mark_of", "attendance_mark")
    op.create_index("ix_attendance_mark_of", "attendance_mark", ["session_id", "registration_id", "status"])


def downgrade() -> None:
    op.drop_index("ix_attendance_mark_of", "attendance_mark")
    op.create_index("ix_attendance_mark_of", "attendance_mark", ["session_id", "registration_id"])
