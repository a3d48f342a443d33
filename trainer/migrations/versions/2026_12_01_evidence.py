"""Evidence, publications, registers, distribution of documents, figures entered, reporting periods.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op


revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_sorting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("sorted_by_id", sa.Integer(), nullable=True),
        sa.Column("sorted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_evidence_sorting_project_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sorted_by_id"], ["user.id"], name=op.f("fk_evidence_sorting_sorted_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_sorting")),
    )
    with op.batch_alter_table("evidence_sorting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_sorting_project_id"), ["project_id"], unique=False)

    op.create_table(
        "missing_evidence_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=40), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_missing_evidence_reminder_project_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_missing_evidence_reminder_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missing_evidence_reminder")),
        sa.UniqueConstraint("project_id", "user_id", "occasion", name=op.f("uq_missing_evidence_reminder_project_id")),
    )
    with op.batch_alter_table("missing_evidence_reminder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_missing_evidence_reminder_user_id"), ["user_id"], unique=False)

    op.create_table(
        "reporting_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.CheckConstraint('"end" >= start', name=op.f("ck_reporting_period_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_reporting_period_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_period")),
        sa.UniqueConstraint("project_id", "kind", "start", "end", name=op.f("uq_reporting_period_project_id")),
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("network", sa.String(length=20), nullable=False),
        sa.Column("outlet", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=1000), nullable=False),
        sa.Column("address_key", sa.String(length=1000), nullable=True),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("copy_state", sa.String(length=12), nullable=False),
        sa.Column("copy_sha256", sa.String(length=64), nullable=False),
        sa.Column("copy_error", sa.String(length=40), nullable=False),
        sa.Column("copied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("link_state", sa.String(length=12), nullable=False),
        sa.Column("link_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('post', 'infographic', 'video', 'banner', 'article')", name=op.f("ck_publication_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_publication_activity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user.id"], name=op.f("fk_publication_added_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_publication_project_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("project_id", "address_key", name=op.f("uq_publication_project_id")),
    )
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.create_index("ix_publication_activity", ["activity_id", "removed_at"], unique=False)

    op.create_table(
        "upload_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_upload_link_activity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_upload_link_created_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_link")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_upload_link_token_sha256")),
    )
    with op.batch_alter_table("upload_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_link_activity_id"), ["activity_id"], unique=False)

    op.create_table(
        "evidence_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("media_kind", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("crc32", sa.BigInteger(), nullable=False),
        sa.Column("caption", sa.JSON(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_source", sa.String(length=10), nullable=True),
        sa.Column("month", sa.Date(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("difference_hash", sa.BigInteger(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("upload_link_id", sa.Integer(), nullable=True),
        sa.Column("processing", sa.String(length=10), nullable=False),
        sa.Column("processing_error", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("cleaning", sa.String(length=12), nullable=False),
        sa.Column("cleaned_sha256", sa.String(length=64), nullable=False),
        sa.Column("cleaned_size", sa.BigInteger(), nullable=True),
        sa.Column("cleaned_crc32", sa.BigInteger(), nullable=True),
        sa.Column("thumbnail_sha256", sa.String(length=64), nullable=False),
        sa.Column("preview_sha256", sa.String(length=64), nullable=False),
        sa.Column("publicity", sa.String(length=10), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "processing IN ('waiting', 'done', 'failed')", name=op.f("ck_evidence_item_processing_known")
        ),
        sa.CheckConstraint("size >= 0", name=op.f("ck_evidence_item_size_not_negative")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_evidence_item_activity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_evidence_item_project_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["upload_link_id"], ["upload_link.id"], name=op.f("fk_evidence_item_upload_link_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["user.id"], name=op.f("fk_evidence_item_uploaded_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_item")),
        sa.UniqueConstraint("project_id", "sha256", name=op.f("uq_evidence_item_project_id")),
    )
    with op.batch_alter_table("evidence_item", schema=None) as batch_op:
        batch_op.create_index("ix_evidence_item_activity", ["activity_id", "removed_at"], unique=False)
        batch_op.create_index("ix_evidence_item_processing", ["processing", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_item_uploaded_at"), ["uploaded_at"], unique=False)

    op.create_table(
        "publication_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("views", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("views >= 0", name=op.f("ck_publication_views_views_not_negative")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user.id"], name=op.f("fk_publication_views_entered_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_publication_views_publication_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_views")),
    )
    with op.batch_alter_table("publication_views", schema=None) as batch_op:
        batch_op.create_index("ix_publication_views_latest", ["publication_id", "counted_on", "id"], unique=False)

    op.create_table(
        "entered_figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("valid_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("proof_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("value >= 0", name=op.f("ck_entered_figure_value_not_negative")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user.id"], name=op.f("fk_entered_figure_entered_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_entered_figure_indicator_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proof_id"], ["evidence_item.id"], name=op.f("fk_entered_figure_proof_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entered_figure")),
    )
    with op.batch_alter_table("entered_figure", schema=None) as batch_op:
        batch_op.create_index("ix_entered_figure_latest", ["indicator_id", "unit", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entered_figure_proof_id"), ["proof_id"], unique=False)

    op.create_table(
        "evidence_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("publication_id", sa.Integer(), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("linked_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(item_id IS NULL) <> (publication_id IS NULL)", name=op.f("ck_evidence_link_proves_with_one")
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_evidence_link_indicator_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["evidence_item.id"], name=op.f("fk_evidence_link_item_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["linked_by_id"], ["user.id"], name=op.f("fk_evidence_link_linked_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_evidence_link_publication_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_link")),
    )
    with op.batch_alter_table("evidence_link", schema=None) as batch_op:
        batch_op.create_index("ix_evidence_link_indicator", ["indicator_id", "removed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_link_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_link_publication_id"), ["publication_id"], unique=False)

    op.create_table(
        "hand_over",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=250), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("handed_on", sa.Date(), nullable=False),
        sa.Column("receipt_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("copies > 0", name=op.f("ck_hand_over_copies_positive")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user.id"], name=op.f("fk_hand_over_added_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["evidence_item.id"], name=op.f("fk_hand_over_item_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["evidence_item.id"], name=op.f("fk_hand_over_receipt_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    with op.batch_alter_table("hand_over", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hand_over_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hand_over_receipt_id"), ["receipt_id"], unique=False)

    op.create_table(
        "publication_screenshot",
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["evidence_item.id"], name=op.f("fk_publication_screenshot_item_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_publication_screenshot_publication_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("publication_id", "item_id", name=op.f("pk_publication_screenshot")),
    )
    with op.batch_alter_table("publication_screenshot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publication_screenshot_item_id"), ["item_id"], unique=False)

    op.create_table(
        "register_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("proof_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('staff', 'specialist', 'ngo', 'partner')", name=op.f("ck_register_entry_kind_known")
        ),
        sa.CheckConstraint(
            "until IS NULL OR since IS NULL OR until >= since", name=op.f("ck_register_entry_until_after_since")
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user.id"], name=op.f("fk_register_entry_added_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_register_entry_project_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proof_id"], ["evidence_item.id"], name=op.f("fk_register_entry_proof_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entry")),
    )
    with op.batch_alter_table("register_entry", schema=None) as batch_op:
        batch_op.create_index("ix_register_entry_kind", ["project_id", "kind", "removed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_register_entry_proof_id"), ["proof_id"], unique=False)

    op.create_table(
        "shared_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shared_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["evidence_item.id"], name=op.f("fk_shared_document_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["shared_by_id"], ["user.id"], name=op.f("fk_shared_document_shared_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_document")),
        sa.UniqueConstraint("item_id", name=op.f("uq_shared_document_item_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_shared_document_slug")),
    )
    op.create_table(
        "shown_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("publication_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(item_id IS NULL) <> (publication_id IS NULL)", name=op.f("ck_shown_person_shown_in_one")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["evidence_item.id"], name=op.f("fk_shown_person_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_shown_person_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_shown_person_publication_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shown_person")),
        sa.UniqueConstraint("item_id", "person_id", name=op.f("uq_shown_person_item_id")),
        sa.UniqueConstraint("publication_id", "person_id", name=op.f("uq_shown_person_publication_id")),
    )
    with op.batch_alter_table("shown_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shown_person_person_id"), ["person_id"], unique=False)

    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("upload_link_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("size >= 0", name=op.f("ck_upload_size_not_negative")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_upload_activity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["item_id"], ["evidence_item.id"], name=op.f("fk_upload_item_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_upload_project_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["upload_link_id"], ["upload_link.id"], name=op.f("fk_upload_upload_link_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_upload_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_upload_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_upload_upload_link_id"), ["upload_link_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_upload_user_id"), ["user_id"], unique=False)

    op.create_table(
        "download_count",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("downloads", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["shared_document.id"], name=op.f("fk_download_count_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "day", name=op.f("pk_download_count")),
    )


def downgrade() -> None:
    op.drop_table("download_count")
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_upload_user_id"))
        batch_op.drop_index(batch_op.f("ix_upload_upload_link_id"))
        batch_op.drop_index(batch_op.f("ix_upload_project_id"))
        batch_op.drop_index(batch_op.f("ix_upload_created_at"))

    op.drop_table("upload")
    with op.batch_alter_table("shown_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shown_person_person_id"))

    op.drop_table("shown_person")
    op.drop_table("shared_document")
    with op.batch_alter_table("register_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_register_entry_proof_id"))
        batch_op.drop_index("ix_register_entry_kind")

    op.drop_table("register_entry")
    with op.batch_alter_table("publication_screenshot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publication_screenshot_item_id"))

    op.drop_table("publication_screenshot")
    with op.batch_alter_table("hand_over", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hand_over_receipt_id"))
        batch_op.drop_index(batch_op.f("ix_hand_over_item_id"))

    op.drop_table("hand_over")
    with op.batch_alter_table("evidence_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_link_publication_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_link_item_id"))
        batch_op.drop_index("ix_evidence_link_indicator")

    op.drop_table("evidence_link")
    with op.batch_alter_table("entered_figure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entered_figure_proof_id"))
        batch_op.drop_index("ix_entered_figure_latest")

    op.drop_table("entered_figure")
    with op.batch_alter_table("publication_views", schema=None) as batch_op:
        batch_op.drop_index("ix_publication_views_latest")

    op.drop_table("publication_views")
    with op.batch_alter_table("evidence_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_item_uploaded_at"))
        batch_op.drop_index("ix_evidence_item_processing")
        batch_op.drop_index("ix_evidence_item_activity")

    op.drop_table("evidence_item")
    with op.batch_alter_table("upload_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_upload_link_activity_id"))

    op.drop_table("upload_link")
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_index("ix_publication_activity")

    op.drop_table("publication")
    op.drop_table("reporting_period")
    with op.batch_alter_table("missing_evidence_reminder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_missing_evidence_reminder_user_id"))

    op.drop_table("missing_evidence_reminder")
    with op.batch_alter_table("evidence_sorting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_sorting_project_id"))

    op.drop_table("evidence_sorting")
