"""Scans of sign-in sheets: filed to a session with or without a printed page, or waiting for the organizer to say where they belong.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OF_ITS_PAGE = "(SELECT {wanted} FROM sheet_page JOIN seminar_session ON seminar_session.id = sheet_page.session_id "
OF_ITS_PAGE += "WHERE sheet_page.id = sheet_scan.page_id)"
SESSION, SEMINAR = (OF_ITS_PAGE.format(wanted=f"seminar_session.{each}") for each in ("id", "seminar_id"))


def upgrade() -> None:
    op.create_index("ix_signature_received", "signature", ["session_id", "received_at"])
    with op.batch_alter_table("sheet_scan") as batch:
        batch.add_column(sa.Column("seminar_id", sa.Integer()))
        batch.add_column(sa.Column("session_id", sa.Integer()))
        batch.add_column(sa.Column("place", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("inked", sa.JSON(none_as_null=True)))
    op.execute(f"UPDATE sheet_scan SET session_id = {SESSION}, seminar_id = {SEMINAR}")
    with op.batch_alter_table("sheet_scan") as batch:
        batch.alter_column("seminar_id", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("place", existing_type=sa.Integer(), server_default=None)
        batch.alter_column("page_id", existing_type=sa.Integer(), nullable=True)
        batch.create_foreign_key(
            op.f("fk_sheet_scan_seminar_id"), "seminar", ["seminar_id"], ["id"], ondelete="RESTRICT"
        )
        batch.create_foreign_key(
            op.f("fk_sheet_scan_session_id"), "seminar_session", ["session_id"], ["id"], ondelete="RESTRICT"
        )
        batch.drop_constraint(op.f("uq_sheet_scan_page_id"), type_="unique")
        batch.create_unique_constraint(op.f("uq_sheet_scan_seminar_id"), ["seminar_id", "sha256", "place"])
        batch.create_index(op.f("ix_sheet_scan_session_id"), ["session_id"])


def downgrade() -> None:
    op.drop_index("ix_signature_received", "signature")
    op.execute("DELETE FROM sheet_scan WHERE page_id IS NULL OR place > 1")  # before, no scan was without its page
    with op.batch_alter_table("sheet_scan") as batch:
        batch.drop_index(op.f("ix_sheet_scan_session_id"))
        batch.drop_constraint(op.f("uq_sheet_scan_seminar_id"), type_="unique")
        batch.create_unique_constraint(op.f("uq_sheet_scan_page_id"), ["page_id", "sha256"])
        batch.drop_constraint(op.f("fk_sheet_scan_session_id"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_sheet_scan_seminar_id"), type_="foreignkey")
        batch.alter_column("page_id", existing_type=sa.Integer(), nullable=False)
        for column in ("inked", "place", "session_id", "seminar_id"):
            batch.drop_column(column)
