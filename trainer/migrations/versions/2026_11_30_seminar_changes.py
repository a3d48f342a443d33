"""Changes of seminars: what was, what is, what people were told; cancelled seminars.

Whoever was notified before knows what is true now. Sessions keep the identifiers that calendars know.

Revision ID: 0014
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("seminar") as batch:
        batch.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("cancellation_reason", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("has_open_change", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("seminar") as batch:
        batch.alter_column("cancellation_reason", existing_type=sa.JSON(), server_default=None)
        batch.alter_column("has_open_change", existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("registration") as batch:
        batch.add_column(sa.Column("seen_version", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE registration SET seen_version ="
        " (SELECT calendar_version FROM seminar WHERE seminar.id = registration.seminar_id) WHERE told <> ''"
    )
    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("told_version", sa.Integer(), nullable=True))
    op.create_table(
        "seminar_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seminar_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "decision IN ('open', 'told', 'not_told')", name=op.f("ck_seminar_change_decision_known")
        ),
        sa.CheckConstraint(
            "(decision = 'open') = (decided_at IS NULL)", name=op.f("ck_seminar_change_decided_at_a_time")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user.id"], name=op.f("fk_seminar_change_changed_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_seminar_change_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["seminar_id"], ["seminar.id"], name=op.f("fk_seminar_change_seminar_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seminar_change")),
        sa.UniqueConstraint("seminar_id", "version", name=op.f("uq_seminar_change_seminar_id")),
    )
    with op.batch_alter_table("seminar_change") as batch:
        batch.create_index(batch.f("ix_seminar_change_seminar_id"), ["seminar_id"])
    with op.batch_alter_table("seminar_session") as batch:
        batch.add_column(sa.Column("uid", sa.String(length=45), nullable=True))
    op.execute("UPDATE seminar_session SET uid = 'session-' || id")  # as calendars know it
    with op.batch_alter_table("seminar_session") as batch:
        batch.alter_column("uid", existing_type=sa.String(length=45), nullable=False)
        batch.create_unique_constraint(batch.f("uq_seminar_session_uid"), ["uid"])


def downgrade() -> None:
    with op.batch_alter_table("seminar_session") as batch:
        batch.drop_constraint(batch.f("uq_seminar_session_uid"), type_="unique")
        batch.drop_column("uid")
    op.drop_table("seminar_change")
    with op.batch_alter_table("message") as batch:
        batch.drop_column("told_version")
    with op.batch_alter_table("registration") as batch:
        batch.drop_column("seen_version")
    with op.batch_alter_table("seminar") as batch:
        for column in ("has_open_change", "cancellation_reason", "cancelled_at"):
            batch.drop_column(column)
