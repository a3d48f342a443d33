"""Registrations: a likely duplicate is a question to the organizer and no status. Projects: the day the report was accepted.

A likely duplicate had no seat and no page. It gets what a newcomer gets, in the order of registration: an application where the
seminar needs approval, a free seat, or the end of the waiting list; and a message with the address of its page. A walk-in gets a
seat without a message.

Revision ID: 0013
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OLD_STATES = ("registered", "applied", "waiting", "offered", "lapsed", "duplicate", "merged", "refused", "cancelled")
NEW_STATES = ("registered", "applied", "waiting", "offered", "lapsed", "superseded", "merged", "refused", "cancelled")
ACTIVE = ("registered", "applied", "waiting", "offered")
FLAGS = ("likely_duplicate", "alert_due")

registration = sa.table(
    "registration",
    *map(sa.column, ("id", "person_id", "seminar_id", "state", "told", "queue_number", "walk_in_id", "calendar_version")),
)
seminar = sa.table("seminar", *map(sa.column, ("id", "capacity", "needs_approval")))


def upgrade() -> None:
    with op.batch_alter_table("project") as batch:
        batch.add_column(sa.Column("report_accepted_on", sa.Date(), nullable=True))
    with op.batch_alter_table("registration") as batch:
        for name in FLAGS:
            batch.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.drop_constraint(op.f("ck_registration_state_known"), type_="check")
        batch.drop_constraint(op.f("ck_registration_merged_into_one"), type_="check")
    op.execute("UPDATE registration SET likely_duplicate = (state = 'duplicate')")
    settle_likely_duplicates()
    # An undo would restore the status that is gone.
    op.execute(
        "UPDATE registration_change SET undone_at = made_at "
        "WHERE undone_at IS NULL AND CAST(before AS TEXT) LIKE '%\"duplicate\"%'"
    )
    with op.batch_alter_table("registration") as batch:
        for name in FLAGS:
            batch.alter_column(name, existing_type=sa.Boolean(), server_default=None)
        create_constraints(batch, NEW_STATES, "state IN ('superseded', 'merged')")
        batch.create_index(
            "ix_registration_alert_due", ["id"], sqlite_where=sa.text("alert_due"), postgresql_where=sa.text("alert_due")
        )


def create_constraints(batch: BatchOperations, states: tuple[str, ...], with_target: str) -> None:
    """Create the checks of the status and of what is merged into another registration."""
    listed = ", ".join(f"'{state}'" for state in states)
    batch.create_check_constraint(op.f("ck_registration_state_known"), f"state IN ({listed})")
    batch.create_check_constraint(
        op.f("ck_registration_merged_into_one"), f"({with_target}) = (merged_into_id IS NOT NULL)"
    )


def settle_likely_duplicates() -> None:
    """Set the status of every likely duplicate to that of a newcomer."""
    connection, columns = op.get_bind(), registration.c
    duplicates = sa.select(columns.id, columns.person_id, columns.seminar_id, columns.walk_in_id)
    for row in connection.execute(duplicates.where(columns.state == "duplicate").order_by(columns.id)).all():
        values = choose_newcomer_values(connection, row)
        connection.execute(registration.update().where(columns.id == row.id).values(**values))


def choose_newcomer_values(connection: sa.Connection, row: sa.Row[tuple[int, int, int, str | None]]) -> dict[str, object]:
    """Return the columns of somebody who registers now; who has another registration for the seminar needs none."""
    columns = registration.c
    here = columns.seminar_id == row.seminar_id
    own = sa.select(columns.id).where(here, columns.person_id == row.person_id, columns.state.in_(ACTIVE))
    if connection.scalar(own.limit(1)) is not None:
        return {"state": "cancelled", "told": "cancelled"}
    if row.walk_in_id is not None:
        return {"state": "registered", "told": "registered", "calendar_version": 1}
    where = sa.select(seminar.c.capacity, seminar.c.needs_approval).where(seminar.c.id == row.seminar_id)
    capacity, needs_approval = connection.execute(where).one()
    if needs_approval:
        return {"state": "applied", "told": ""}
    ahead = sa.select(sa.func.count()).where(here, columns.state.in_(("registered", "offered", "waiting")))
    if (connection.scalar(ahead) or 0) < capacity:
        return {"state": "registered", "told": "", "calendar_version": 1}
    last = connection.scalar(sa.select(sa.func.max(columns.queue_number)).where(here))
    return {"state": "waiting", "told": "", "queue_number": (last or 0) + 1}


def downgrade() -> None:
    with op.batch_alter_table("registration") as batch:
        batch.drop_index("ix_registration_alert_due")
        batch.drop_constraint(op.f("ck_registration_state_known"), type_="check")
        batch.drop_constraint(op.f("ck_registration_merged_into_one"), type_="check")
    op.execute(
        "UPDATE registration SET state = 'cancelled', told = 'cancelled', merged_into_id = NULL WHERE state = 'superseded'"
    )
    active = ", ".join(f"'{state}'" for state in ACTIVE)
    op.execute(
        "UPDATE registration SET state = 'duplicate', told = 'duplicate', offer_until = NULL "
        f"WHERE likely_duplicate AND state IN ({active})"
    )
    with op.batch_alter_table("registration") as batch:
        create_constraints(batch, OLD_STATES, "state = 'merged'")
        for name in FLAGS:
            batch.drop_column(name)
    with op.batch_alter_table("project") as batch:
        batch.drop_column("report_accepted_on")
