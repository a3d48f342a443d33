"""Items that the server refused from tablets, kept until an organizer decides; fingerprints of walk-ins.

Revision ID: 0016
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refused_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seminar_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("mark_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "decision IN ('recorded', 'ignored', 'accepted')", name=op.f("ck_refused_item_decision_known")
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_refused_item_decided_at_a_time")
        ),
        sa.ForeignKeyConstraint(
            ["seminar_id"], ["seminar.id"], name=op.f("fk_refused_item_seminar_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_refused_item_device_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_refused_item_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["mark_id"], ["attendance_mark.id"], name=op.f("fk_refused_item_mark_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_item")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_refused_item_fingerprint")),
    )
    op.create_index("ix_refused_item_waiting", "refused_item", ["seminar_id", "decided_at"])
    op.create_index("ix_refused_item_of_device", "refused_item", ["device_id", "decided_at"])
    op.create_index(op.f("ix_refused_item_item_id"), "refused_item", ["item_id"])
    # From now on it tells whether a walk-in is sent again with other details; what a form left there would look like that.
    op.execute("UPDATE registration SET content_fingerprint = '' WHERE walk_in_id IS NOT NULL")


def downgrade() -> None:
    op.drop_table("refused_item")
