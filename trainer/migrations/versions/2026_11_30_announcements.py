"""Registration: announcements to the people of seminars.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

STATUSES = "state IN ('draft', 'scheduled', 'sent', 'stopped')"


def upgrade() -> None:
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("segment", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recipient_count", sa.Integer(), nullable=True),
        sa.CheckConstraint(STATUSES, name=op.f("ck_announcement_state_known")),
        sa.CheckConstraint(
            "(state IN ('sent', 'stopped')) = (sent_at IS NOT NULL)", name=op.f("ck_announcement_sent_at_a_time")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_announcement_project_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_announcement_created_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
    )
    op.create_index("ix_announcement_project_id", "announcement", ["project_id"])
    op.create_index("ix_announcement_due", "announcement", ["state", "send_at"])
    op.create_table(
        "announcement_seminar",
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("seminar_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcement.id"],
            name=op.f("fk_announcement_seminar_announcement_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["seminar_id"], ["seminar.id"], name=op.f("fk_announcement_seminar_seminar_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("announcement_id", "seminar_id", name=op.f("pk_announcement_seminar")),
    )
    op.create_index("ix_announcement_seminar_seminar_id", "announcement_seminar", ["seminar_id"])


def downgrade() -> None:
    op.drop_table("announcement_seminar")
    op.drop_table("announcement")
