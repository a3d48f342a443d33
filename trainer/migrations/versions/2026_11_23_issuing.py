"""Issuing: rules of a seminar, exceptions, test results, names as they print, corrections, revocation and replacement.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Columns of tables that hold rows already: each with what the rows there get.
NEW = {
    "issued_certificate": [
        (sa.Column("exception", sa.String(500), nullable=False), ""),
        (sa.Column("replaces_id", sa.Integer()), None),
        (sa.Column("withdrawn_at", sa.DateTime(timezone=True)), None),
        (sa.Column("reason", sa.String(20), nullable=False), ""),
        (sa.Column("note", sa.String(500), nullable=False), ""),
        (sa.Column("withdrawn_by_id", sa.Integer()), None),
    ],
    "person": [
        (sa.Column("certificate_name", sa.String(250), nullable=False), ""),
        (sa.Column("name_confirmed_at", sa.DateTime(timezone=True)), None),
    ],
    "project": [(sa.Column("logo_sha256", sa.String(64), nullable=False), "")],
    "seminar": [
        (sa.Column("survey_required", sa.Boolean(), nullable=False), sa.true()),
        (sa.Column("pass_mark", sa.Integer()), None),
        (sa.Column("valid_months", sa.Integer()), None),
        (sa.Column("certificate_heading", sa.JSON(), nullable=False), "{}"),
        (sa.Column("co_issuer", sa.JSON(), nullable=False), "{}"),
        (sa.Column("design", sa.String(40), nullable=False), "standard"),
    ],
}


def upgrade() -> None:
    for table, columns in NEW.items():
        add_columns(table, columns)
    remember_more_of_what_was_printed()
    with op.batch_alter_table("issued_certificate") as batch:
        batch.create_index(op.f("ix_issued_certificate_pdf_sha256"), ["pdf_sha256"])
        batch.create_unique_constraint(op.f("uq_issued_certificate_replaces_id"), ["replaces_id"])
        batch.create_check_constraint(op.f("ck_issued_certificate_state_known"), "state IN ('valid', 'revoked', 'replaced')")
        batch.create_check_constraint(
            op.f("ck_issued_certificate_withdrawn_at_a_time"), "(state = 'valid') = (withdrawn_at IS NULL)"
        )
        batch.create_foreign_key(
            op.f("fk_issued_certificate_withdrawn_by_id"), "user", ["withdrawn_by_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_foreign_key(
            op.f("fk_issued_certificate_replaces_id"),
            "issued_certificate",
            ["replaces_id"],
            ["id"],
            ondelete="RESTRICT",
        )
    with op.batch_alter_table("seminar") as batch:
        batch.create_check_constraint(op.f("ck_seminar_pass_mark_is_percent"), "pass_mark BETWEEN 1 AND 100")
        batch.create_check_constraint(op.f("ck_seminar_valid_months_positive"), "valid_months > 0")
    make_tables()


def add_columns(table: str, columns: list[tuple[sa.Column[object], object]]) -> None:
    """Add columns and fill them in the rows there; the default is needed for that moment only."""
    with op.batch_alter_table(table) as batch:
        for column, value in columns:
            batch.add_column(sa.Column(column.name, column.type, nullable=column.nullable, server_default=value))
    with op.batch_alter_table(table) as batch:
        for column, value in columns:
            if value is not None:
                batch.alter_column(column.name, existing_type=column.type, server_default=None)


def remember_more_of_what_was_printed() -> None:
    """Write design, logos and time zone into the facts of certificates that were issued before these were kept."""
    issued = sa.table("issued_certificate", sa.column("id", sa.Integer), sa.column("facts", sa.JSON))
    connection = op.get_bind()
    for row in connection.execute(sa.select(issued.c.id, issued.c.facts)).all():
        facts = {"design": "standard", "logos": [], "timezone": "Asia/Aqtau", **row.facts}
        connection.execute(issued.update().where(issued.c.id == row.id).values(facts=facts))


def make_tables() -> None:
    """Make the tables of exceptions, test results and corrections."""
    op.create_table(
        "eligibility_exception",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user.id"], name=op.f("fk_eligibility_exception_made_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_eligibility_exception_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eligibility_exception")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_eligibility_exception_registration_id")),
    )
    op.create_table(
        "test_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer()),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_test_result_is_percent")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user.id"], name=op.f("fk_test_result_entered_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_test_result_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_result")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_test_result_registration_id")),
    )
    op.create_table(
        "name_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.String(250), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by_id", sa.Integer()),
        sa.CheckConstraint(
            "state IN ('waiting', 'approved', 'refused')", name=op.f("ck_name_correction_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["issued_certificate.id"],
            name=op.f("fk_name_correction_certificate_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_name_correction_decided_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_correction")),
    )
    op.create_index(op.f("ix_name_correction_certificate_id"), "name_correction", ["certificate_id"])
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "uq_name_correction_waiting",
        "name_correction",
        ["certificate_id"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    for table in ("name_correction", "test_result", "eligibility_exception"):
        op.drop_table(table)
    with op.batch_alter_table("seminar") as batch:
        batch.drop_constraint(op.f("ck_seminar_valid_months_positive"), type_="check")
        batch.drop_constraint(op.f("ck_seminar_pass_mark_is_percent"), type_="check")
    with op.batch_alter_table("issued_certificate") as batch:
        for name in ("replaces_id", "withdrawn_by_id"):
            batch.drop_constraint(op.f(f"fk_issued_certificate_{name}"), type_="foreignkey")
        for name in ("withdrawn_at_a_time", "state_known"):
            batch.drop_constraint(op.f(f"ck_issued_certificate_{name}"), type_="check")
        batch.drop_constraint(op.f("uq_issued_certificate_replaces_id"), type_="unique")
        batch.drop_index(op.f("ix_issued_certificate_pdf_sha256"))
    for table, columns in NEW.items():
        with op.batch_alter_table(table) as batch:
            for column, _value in columns:
                batch.drop_column(column.name)
