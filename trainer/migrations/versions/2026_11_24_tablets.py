"""Tablets: devices, where a mark came from, signatures, sign-in sheets and their scans, walk-ins.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SOURCES = "source IN ('desk', 'tap', 'scan', 'paper')"


def moment(name: str, nullable: bool = True) -> sa.Column[object]:
    """A moment in UTC."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def leads_to(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    """A foreign key, named as all are."""
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def upgrade() -> None:
    make_devices()
    with op.batch_alter_table("attendance_mark") as batch:
        batch.add_column(sa.Column("skew", sa.BigInteger(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("source", sa.String(10), nullable=False, server_default="desk"))
        batch.add_column(sa.Column("device_id", sa.Integer()))
    with op.batch_alter_table("attendance_mark") as batch:
        batch.alter_column("skew", existing_type=sa.BigInteger(), server_default=None)
        batch.alter_column("source", existing_type=sa.String(10), server_default=None)
        batch.create_check_constraint(op.f("ck_attendance_mark_source_known"), SOURCES)
        batch.create_foreign_key(
            op.f("fk_attendance_mark_device_id"), "device", ["device_id"], ["id"], ondelete="RESTRICT"
        )
        batch.create_index("ix_attendance_mark_received", ["session_id", "received_at"])
    with op.batch_alter_table("registration") as batch:
        batch.add_column(sa.Column("walk_in_id", sa.Uuid()))
    with op.batch_alter_table("registration") as batch:
        batch.create_unique_constraint(op.f("uq_registration_walk_in_id"), ["walk_in_id"])
        batch.create_index("ix_registration_moved", ["seminar_id", "state_since"])
    make_signatures()
    make_sheets()


def make_devices() -> None:
    """Make the tables of tablets."""
    op.create_table(
        "device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("pairing_sha256", sa.String(64)),
        moment("pairing_until"),
        sa.Column("token_sha256", sa.String(64)),
        moment("made_at", nullable=False),
        sa.Column("made_by_id", sa.Integer()),
        moment("paired_at"),
        moment("seen_at"),
        moment("revoked_at"),
        sa.Column("skew", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        moment("roster_at"),
        leads_to("device", "made_by_id", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("pairing_sha256", name=op.f("uq_device_pairing_sha256")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_device_token_sha256")),
    )
    op.create_table(
        "device_seminar",
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("seminar_id", sa.Integer(), nullable=False),
        leads_to("device_seminar", "device_id", "device", "CASCADE"),
        leads_to("device_seminar", "seminar_id", "seminar", "CASCADE"),
        sa.PrimaryKeyConstraint("device_id", "seminar_id", name=op.f("pk_device_seminar")),
    )
    op.create_index(op.f("ix_device_seminar_seminar_id"), "device_seminar", ["seminar_id"])


def make_signatures() -> None:
    """Make the table of signatures."""
    op.create_table(
        "signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("strokes", sa.JSON(), nullable=False),
        moment("made_at", nullable=False),
        sa.Column("skew", sa.BigInteger(), nullable=False),
        moment("received_at", nullable=False),
        leads_to("signature", "registration_id", "registration", "RESTRICT"),
        leads_to("signature", "session_id", "seminar_session", "RESTRICT"),
        leads_to("signature", "device_id", "device", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
    )
    op.create_index(op.f("ix_signature_registration_id"), "signature", ["registration_id"])
    op.create_index("ix_signature_of", "signature", ["session_id", "registration_id"])


def make_sheets() -> None:
    """Make the tables of sign-in sheets."""
    op.create_table(
        "sheet_page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(26), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        moment("printed_at", nullable=False),
        leads_to("sheet_page", "session_id", "seminar_session", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_page")),
        sa.UniqueConstraint("code", name=op.f("uq_sheet_page_code")),
    )
    op.create_index(op.f("ix_sheet_page_session_id"), "sheet_page", ["session_id"])
    op.create_table(
        "sheet_scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        moment("uploaded_at", nullable=False),
        sa.Column("uploaded_by_id", sa.Integer()),
        moment("confirmed_at"),
        leads_to("sheet_scan", "page_id", "sheet_page", "RESTRICT"),
        leads_to("sheet_scan", "uploaded_by_id", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_scan")),
        sa.UniqueConstraint("page_id", "sha256", name=op.f("uq_sheet_scan_page_id")),
    )
    op.create_index(op.f("ix_sheet_scan_page_id"), "sheet_scan", ["page_id"])


def downgrade() -> None:
    for table in ("sheet_scan", "sheet_page", "signature"):
        op.drop_table(table)
    with op.batch_alter_table("registration") as batch:
        batch.drop_index("ix_registration_moved")
        batch.drop_constraint(op.f("uq_registration_walk_in_id"), type_="unique")
        batch.drop_column("walk_in_id")
    with op.batch_alter_table("attendance_mark") as batch:
        batch.drop_index("ix_attendance_mark_received")
        batch.drop_constraint(op.f("fk_attendance_mark_device_id"), type_="foreignkey")
        batch.drop_constraint(op.f("ck_attendance_mark_source_known"), type_="check")
    with op.batch_alter_table("attendance_mark") as batch:
        for column in ("device_id", "source", "skew"):
            batch.drop_column(column)
    op.drop_table("device_seminar")
    op.drop_table("device")
