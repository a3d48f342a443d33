"""People: phones as typed by walk-ins, in full.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.alter_column("phone", existing_type=sa.String(length=20), type_=sa.String(length=60), existing_nullable=False)


def downgrade() -> None:
    op.execute("UPDATE person SET phone = substr(phone, 1, 20)")
    with op.batch_alter_table("person") as batch:
        batch.alter_column("phone", existing_type=sa.String(length=60), type_=sa.String(length=20), existing_nullable=False)
