"""Consent texts: without the time of their first use, which the consents tell.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("consent_text") as batch:
        batch.drop_column("first_shown_at")


def downgrade() -> None:
    with op.batch_alter_table("consent_text") as batch:
        batch.add_column(sa.Column("first_shown_at", sa.DateTime(timezone=True)))
    first_consent = "(SELECT min(given_at) FROM consent WHERE consent.text_id = consent_text.id)"
    op.execute(f"UPDATE consent_text SET first_shown_at = COALESCE({first_consent}, CURRENT_TIMESTAMP)")
    with op.batch_alter_table("consent_text") as batch:
        batch.alter_column("first_shown_at", existing_type=sa.DateTime(timezone=True), nullable=False)
