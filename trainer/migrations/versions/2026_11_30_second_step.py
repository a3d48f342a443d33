"""The second step of signing in: codes of an authenticator app, and recovery codes.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("user") as batch:
        batch.add_column(sa.Column("tf_primary_method", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("tf_totp_secret", sa.String(length=255), nullable=True))
        batch.add_column(sa.Column("mf_recovery_codes", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("user") as batch:
        batch.drop_column("mf_recovery_codes")
        batch.drop_column("tf_totp_secret")
        batch.drop_column("tf_primary_method")
