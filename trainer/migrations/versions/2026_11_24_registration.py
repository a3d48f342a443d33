"""Registration: approval, waiting list with offers, questions of a seminar, merging, pass codes, messages, search and erasure.

Revision ID: 0003
Revises: 0002
"""

import base64
import re
import secrets
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Columns of tables that hold rows already: each with what the rows there get.
NEW = {
    "consent": [(sa.Column("withdrawn_at", sa.DateTime(timezone=True)), None)],
    "person": [
        (sa.Column("search_text", sa.Text(), nullable=False), ""),
        (sa.Column("erasure_requested_at", sa.DateTime(timezone=True)), None),
        (sa.Column("erased_at", sa.DateTime(timezone=True)), None),
    ],
    "registration": [
        (sa.Column("merged_into_id", sa.Integer()), None),
        (sa.Column("pass_code", sa.String(26), nullable=False), ""),
        (sa.Column("answers", sa.JSON(), nullable=False), "{}"),
        (sa.Column("state_since", sa.DateTime(timezone=True), nullable=False), "1970-01-01 00:00:00+00"),
        (sa.Column("told", sa.String(20), nullable=False), ""),
        (sa.Column("queue_number", sa.Integer()), None),
        (sa.Column("offer_until", sa.DateTime(timezone=True)), None),
    ],
    "seminar": [
        (sa.Column("access", sa.JSON(), nullable=False), "{}"),
        (sa.Column("map_url", sa.String(500), nullable=False), ""),
        (sa.Column("needs_approval", sa.Boolean(), nullable=False), sa.false()),
        (sa.Column("has_waiting_list", sa.Boolean(), nullable=False), sa.true()),
        (sa.Column("offer_hours", sa.Integer(), nullable=False), "24"),
        (sa.Column("change_hours", sa.Integer(), nullable=False), "0"),
    ],
}
STATES = "'registered', 'applied', 'waiting', 'offered', 'lapsed', 'duplicate', 'merged', 'refused', 'cancelled'"
LIVE = "state IN ('registered', 'applied', 'waiting', 'offered')"
# The folding of this day, written out: the application's own may change later.
FOLDED = str.maketrans(
    {
        **dict(zip("әғқңөұүһіёй", "агкноуухиеи", strict=True)),
        **dict(zip("abcehkmoptxyi", "авсенкмортхуи", strict=True)),
        "ı": "и",
        "'": None,
        "’": None,
        "ь": None,
        "ъ": None,
    }
)


def upgrade() -> None:
    for table, columns in NEW.items():
        add_columns(table, columns)
    op.execute("UPDATE registration SET told = state, state_since = created_at")
    give_pass_codes()
    give_search_texts()
    op.drop_index("uq_registration_place", table_name="registration")
    with op.batch_alter_table("registration") as batch:
        batch.drop_constraint(op.f("ck_registration_state_known"), type_="check")
        batch.create_check_constraint(op.f("ck_registration_state_known"), f"state IN ({STATES})")
        batch.create_check_constraint(
            op.f("ck_registration_offer_has_an_end"), "(state = 'offered') = (offer_until IS NOT NULL)"
        )
        batch.create_check_constraint(
            op.f("ck_registration_merged_into_one"), "(state = 'merged') = (merged_into_id IS NOT NULL)"
        )
        batch.create_unique_constraint(op.f("uq_registration_pass_code"), ["pass_code"])
        batch.create_foreign_key(
            op.f("fk_registration_merged_into_id"), "registration", ["merged_into_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_index(op.f("ix_registration_merged_into_id"), ["merged_into_id"])
        batch.create_index("ix_registration_queue", ["seminar_id", "state", "queue_number"])
    one_place(LIVE)
    untold = sa.text("told <> state")
    op.create_index(
        "ix_registration_untold", "registration", ["state_since"], sqlite_where=untold, postgresql_where=untold
    )
    with op.batch_alter_table("seminar") as batch:
        batch.create_check_constraint(op.f("ck_seminar_offer_hours_positive"), "offer_hours > 0")
        batch.create_check_constraint(op.f("ck_seminar_change_hours_not_negative"), "change_hours >= 0")
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


def one_place(condition: str) -> None:
    """Allow a person one registration of these states in a seminar."""
    op.create_index(
        "uq_registration_place",
        "registration",
        ["person_id", "seminar_id"],
        unique=True,
        sqlite_where=sa.text(condition),
        postgresql_where=sa.text(condition),
    )


def give_pass_codes() -> None:
    """Set the pass code of every registration."""
    table = sa.table("registration", sa.column("id", sa.Integer), sa.column("pass_code", sa.String))
    connection = op.get_bind()
    for number in connection.execute(sa.select(table.c.id)).scalars().all():
        code = base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")
        connection.execute(table.update().where(table.c.id == number).values(pass_code=code))


def give_search_texts() -> None:
    """Write what the search looks through for everybody."""
    named = ("surname", "given_name", "patronymic", "workplace", "position", "phone", "email")
    table = sa.table("person", sa.column("id"), sa.column("search_text"), *(sa.column(each) for each in named))
    connection = op.get_bind()
    for row in connection.execute(sa.select(table)).all():
        words = " ".join(getattr(row, each) for each in named[:5])
        lowered = unicodedata.normalize("NFC", words).casefold().translate(FOLDED)
        folded = " ".join(re.sub(r"[^\w\s]|_", " ", lowered).split())
        text = f"{folded} {row.phone} {row.email.casefold()}"
        connection.execute(table.update().where(table.c.id == row.id).values(search_text=text))


def make_tables() -> None:
    """Make the tables of questions, changes and messages."""
    op.create_table(
        "registration_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seminar_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("label", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seminar_id"], ["seminar.id"], name=op.f("fk_registration_question_seminar_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_question")),
    )
    op.create_index(op.f("ix_registration_question_seminar_id"), "registration_question", ["seminar_id"])
    op.create_table(
        "registration_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seminar_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer()),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user.id"], name=op.f("fk_registration_change_made_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["seminar_id"], ["seminar.id"], name=op.f("fk_registration_change_seminar_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_change")),
    )
    op.create_index(op.f("ix_registration_change_seminar_id"), "registration_change", ["seminar_id"])
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(5), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(300), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("sent_through", sa.String(10), nullable=False),
        sa.Column("sent_by_id", sa.Integer()),
        sa.CheckConstraint("channel IN ('email', 'hand')", name=op.f("ck_message_channel_known")),
        sa.CheckConstraint(
            "state IN ('queued', 'sent', 'failed', 'recalled')", name=op.f("ck_message_state_known")
        ),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_message_sent_at_a_time")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_person_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["sent_by_id"], ["user.id"], name=op.f("fk_message_sent_by_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("key", name=op.f("uq_message_key")),
    )
    op.create_index(op.f("ix_message_person_id"), "message", ["person_id"])
    op.create_index(op.f("ix_message_topic"), "message", ["topic"])
    op.create_index("ix_message_due", "message", ["state", "channel", "due_at"])


def downgrade() -> None:
    for table in ("message", "registration_change", "registration_question"):
        op.drop_table(table)
    with op.batch_alter_table("seminar") as batch:
        for name in ("change_hours_not_negative", "offer_hours_positive"):
            batch.drop_constraint(op.f(f"ck_seminar_{name}"), type_="check")
    op.drop_index("uq_registration_place", table_name="registration")
    op.drop_index("ix_registration_untold", table_name="registration")
    with op.batch_alter_table("registration") as batch:
        batch.drop_index("ix_registration_queue")
        batch.drop_index(op.f("ix_registration_merged_into_id"))
        batch.drop_constraint(op.f("fk_registration_merged_into_id"), type_="foreignkey")
        batch.drop_constraint(op.f("uq_registration_pass_code"), type_="unique")
        for name in ("merged_into_one", "offer_has_an_end", "state_known"):
            batch.drop_constraint(op.f(f"ck_registration_{name}"), type_="check")
    op.execute(
        "UPDATE registration SET state = 'cancelled' WHERE state NOT IN ('registered', 'duplicate', 'cancelled')"
    )
    with op.batch_alter_table("registration") as batch:
        batch.create_check_constraint(
            op.f("ck_registration_state_known"), "state IN ('registered', 'duplicate', 'cancelled')"
        )
    one_place("state = 'registered'")
    for table, columns in NEW.items():
        with op.batch_alter_table(table) as batch:
            for column, _value in columns:
                batch.drop_column(column.name)
