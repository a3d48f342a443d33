"""Memberships of projects and seminars assigned to assistants. Everybody who could sign in owns the projects that exist.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('owner', 'organizer', 'assistant', 'monitor')", name=op.f("ck_membership_role_known")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_membership_project_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_membership_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("project_id", "user_id", name=op.f("uq_membership_project_id")),
    )
    op.create_index(op.f("ix_membership_user_id"), "membership", ["user_id"])
    op.create_table(
        "seminar_assignment",
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("seminar_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
            name=op.f("fk_seminar_assignment_membership_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["seminar_id"], ["seminar.id"], name=op.f("fk_seminar_assignment_seminar_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("membership_id", "seminar_id", name=op.f("pk_seminar_assignment")),
    )
    op.create_index(op.f("ix_seminar_assignment_seminar_id"), "seminar_assignment", ["seminar_id"])
    op.execute(
        'INSERT INTO membership (project_id, user_id, role, suspended, joined_at) '
        "SELECT project.id, \"user\".id, 'owner', false, CURRENT_TIMESTAMP FROM project, \"user\""
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_seminar_assignment_seminar_id"), table_name="seminar_assignment")
    op.drop_table("seminar_assignment")
    op.drop_index(op.f("ix_membership_user_id"), table_name="membership")
    op.drop_table("membership")
