"""Plans: order, sources of activities, expected results, drafts of uploaded plans.

Revision ID: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("task", "activity", "indicator"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
        with op.batch_alter_table(table) as batch:
            batch.alter_column("position", server_default=None)
    op.create_table(
        "activity_source",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_activity_source_activity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["activity.id"], name=op.f("fk_activity_source_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("activity_id", "source_id", name=op.f("pk_activity_source")),
    )
    op.create_index(op.f("ix_activity_source_source_id"), "activity_source", ["source_id"])
    op.create_table(
        "expected_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("linked", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_expected_result_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expected_result")),
        sa.UniqueConstraint("project_id", "code", name=op.f("uq_expected_result_project_id")),
    )
    op.create_index(op.f("ix_expected_result_project_id"), "expected_result", ["project_id"])
    op.create_table(
        "plan_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_plan_draft_project_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["user.id"], name=op.f("fk_plan_draft_uploaded_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_draft")),
    )
    op.create_index(op.f("ix_plan_draft_project_id"), "plan_draft", ["project_id"])
    op.create_index(op.f("ix_plan_draft_uploaded_by_id"), "plan_draft", ["uploaded_by_id"])


def downgrade() -> None:
    op.drop_table("plan_draft")
    op.drop_table("expected_result")
    op.drop_table("activity_source")
    for table in ("task", "activity", "indicator"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("position")
