"""Invitations of colleagues.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "colleague_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('owner', 'organizer', 'assistant', 'monitor')", name=op.f("ck_colleague_invitation_role_known")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_colleague_invitation_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_colleague_invitation_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_colleague_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_colleague_invitation_token_hash")),
    )
    op.create_index(op.f("ix_colleague_invitation_project_id"), "colleague_invitation", ["project_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_colleague_invitation_project_id"), table_name="colleague_invitation")
    op.drop_table("colleague_invitation")
