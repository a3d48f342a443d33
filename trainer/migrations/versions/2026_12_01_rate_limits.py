"""Rate limits counted in the database, for several processes.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "rate_limit_window",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("ends_at", sa.Float(53), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_limit_window")),
        prefixes=["UNLOGGED"] if is_postgresql else [],
    )
    op.create_index(op.f("ix_rate_limit_window_ends_at"), "rate_limit_window", ["ends_at"])


def downgrade() -> None:
    op.drop_table("rate_limit_window")
