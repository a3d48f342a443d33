"""What every page of the dashboard counts is found by a partial index, which SQLite uses for the very condition of it only."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from trainer.registration.models import Registration
from trainer.registration.seats.duplicates import select_undecided_count
from trainer.registration.self_service.retention import select_erasure_request_count

COUNTS = {
    "ix_registration_likely_duplicate": select(select_undecided_count([1])),
    "ix_person_erasure": select(select_erasure_request_count(1)),
    "ix_registration_alert_due": select(Registration.id).where(Registration.is_alert_due),
}


@pytest.mark.parametrize("index", COUNTS)
def test_what_waits_is_counted_by_an_index_of_the_few_rows_that_wait(sqlite_template: Path, index: str) -> None:
    engine = create_engine(f"sqlite:///{sqlite_template / 'trainer.db'}")
    with engine.connect() as connection:
        literal = {"literal_binds": True, "render_postcompile": True}
        statement = COUNTS[index].compile(connection, compile_kwargs=literal)
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all()
    engine.dispose()
    assert index in str(plan)
