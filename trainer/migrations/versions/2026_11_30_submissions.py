"""Registrations: the fingerprint of the submitted form, so that a correction sent with the same form is recognised.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("registration") as batch:
        batch.add_column(sa.Column("content_fingerprint", sa.String(length=16), nullable=False, server_default=""))
    with op.batch_alter_table("registration") as batch:
        batch.alter_column("content_fingerprint", existing_type=sa.String(length=16), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("registration") as batch:
        batch.drop_column("content_fingerprint")
