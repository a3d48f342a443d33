"""What a checked batch is still to issue, so that each step of it reads and checks its own people only.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checked_certificate",
        sa.Column("registration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seminar_id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("has_changed", sa.Boolean(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_checked_certificate_registration_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["seminar_id"], ["seminar.id"], name=op.f("fk_checked_certificate_seminar_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_checked_certificate")),
    )
    op.create_index("ix_checked_certificate_order", "checked_certificate", ["seminar_id", "position"])


def downgrade() -> None:
    op.drop_table("checked_certificate")
