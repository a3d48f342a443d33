"""Messages: claims of manual messages, batches, and outages of the mail server.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("batch", sa.String(length=40), nullable=False, server_default=""))
        batch.add_column(sa.Column("claimed_by_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key("fk_message_claimed_by_id", "user", ["claimed_by_id"], ["id"], ondelete="SET NULL")
        batch.create_index("ix_message_batch", ["batch"])
        batch.create_index("ix_message_recent", ["created_at", "id"])
    with op.batch_alter_table("message") as batch:
        batch.alter_column("batch", existing_type=sa.String(length=40), server_default=None)
    op.create_table(
        "mail_outage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_outage")),
    )


def downgrade() -> None:
    op.drop_table("mail_outage")
    with op.batch_alter_table("message") as batch:
        batch.drop_index("ix_message_recent")
        batch.drop_index("ix_message_batch")
        batch.drop_constraint("fk_message_claimed_by_id", type_="foreignkey")
        batch.drop_column("claimed_until")
        batch.drop_column("claimed_by_id")
        batch.drop_column("batch")
