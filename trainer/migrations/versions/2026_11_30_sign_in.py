"""Signed-in browsers, and counted attempts at passwords. Everybody signs in once more.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signed_in_browser",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_signed_in_browser_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_in_browser")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_signed_in_browser_token_hash")),
    )
    op.create_index(op.f("ix_signed_in_browser_user_id"), "signed_in_browser", ["user_id"])
    op.create_table(
        "password_attempts",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_password_attempts")),
    )
    op.create_index(op.f("ix_password_attempts_last_at"), "password_attempts", ["last_at"])


def downgrade() -> None:
    for table in ("password_attempts", "signed_in_browser"):
        op.drop_table(table)
