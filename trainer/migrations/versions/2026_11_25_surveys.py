"""Surveys: what each is for, anonymous ones, who answered, drafts, answers from paper.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENTS = ("opens_at", "closes_at", "sealed_at")
KEPT_AS_DEFAULTS = {"purpose": (sa.String(20), "satisfaction"), "anonymous": (sa.Boolean(), sa.false())}
KEPT_AS_DEFAULTS |= {"target": (sa.Integer(), "70"), "for_project": (sa.Boolean(), sa.false())}
KEPT_AS_DEFAULTS |= {"released": (sa.Boolean(), sa.true())}


def leads_to(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    """A foreign key, named as all are."""
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def upgrade() -> None:
    with op.batch_alter_table("survey") as batch:
        for name, (kind, value) in KEPT_AS_DEFAULTS.items():
            batch.add_column(sa.Column(name, kind, nullable=False, server_default=value))
        for name in MOMENTS:
            batch.add_column(sa.Column(name, sa.DateTime(timezone=True)))
        batch.add_column(sa.Column("hall_token", sa.String(43)))
    with op.batch_alter_table("survey") as batch:
        for name, (kind, _value) in KEPT_AS_DEFAULTS.items():
            batch.alter_column(name, existing_type=kind, server_default=None)
        batch.create_check_constraint(op.f("ck_survey_target_is_percent"), "target BETWEEN 0 AND 100")
        batch.create_unique_constraint(op.f("uq_survey_hall_token"), ["hall_token"])
    with op.batch_alter_table("survey_response") as batch:
        batch.add_column(sa.Column("on_paper", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("entered_by_id", sa.Integer()))
    with op.batch_alter_table("survey_response") as batch:
        batch.alter_column("on_paper", existing_type=sa.Boolean(), server_default=None)
        batch.create_foreign_key(
            op.f("fk_survey_response_entered_by_id"), "user", ["entered_by_id"], ["id"], ondelete="SET NULL"
        )
    make_participations()
    for name in ("anonymous_slip", "anonymous_response"):
        make_slips(name)
    make_drafts()


def make_participations() -> None:
    """Make the table of who answered, with those who have."""
    op.create_table(
        "survey_participation",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        leads_to("survey_participation", "survey_id", "survey", "CASCADE"),
        leads_to("survey_participation", "registration_id", "registration", "CASCADE"),
        sa.PrimaryKeyConstraint("survey_id", "registration_id", name=op.f("pk_survey_participation")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_survey_participation_registration_id"), "survey_participation", ["registration_id"])
    op.execute(
        "INSERT INTO survey_participation (survey_id, registration_id) "
        "SELECT survey_id, registration_id FROM survey_response ORDER BY survey_id, registration_id"
    )


def make_slips(table: str) -> None:
    """Make a table of answers without names."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("on_paper", sa.Boolean(), nullable=False),
        leads_to(table, "survey_id", "survey", "RESTRICT"),
        leads_to(table, "version_id", "survey_version", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f(f"ix_{table}_survey_id"), table, ["survey_id"])


def make_drafts() -> None:
    """Make the table of answers that were not sent yet."""
    op.create_table(
        "survey_draft",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        leads_to("survey_draft", "survey_id", "survey", "CASCADE"),
        leads_to("survey_draft", "registration_id", "registration", "CASCADE"),
        leads_to("survey_draft", "version_id", "survey_version", "CASCADE"),
        sa.PrimaryKeyConstraint("survey_id", "registration_id", name=op.f("pk_survey_draft")),
    )
    op.create_index(op.f("ix_survey_draft_registration_id"), "survey_draft", ["registration_id"])


def downgrade() -> None:
    for table in ("survey_draft", "anonymous_response", "anonymous_slip", "survey_participation"):
        op.drop_table(table)
    with op.batch_alter_table("survey_response") as batch:
        batch.drop_constraint(op.f("fk_survey_response_entered_by_id"), type_="foreignkey")
    with op.batch_alter_table("survey_response") as batch:
        batch.drop_column("entered_by_id")
        batch.drop_column("on_paper")
    with op.batch_alter_table("survey") as batch:
        batch.drop_constraint(op.f("uq_survey_hall_token"), type_="unique")
        batch.drop_constraint(op.f("ck_survey_target_is_percent"), type_="check")
    with op.batch_alter_table("survey") as batch:
        for column in ("hall_token", *reversed(MOMENTS), *reversed(KEPT_AS_DEFAULTS)):
            batch.drop_column(column)
