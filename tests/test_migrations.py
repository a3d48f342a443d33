"""The migrations create exactly the tables of the models, on each database, and can be reverted and applied again."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Column, Integer, MetaData, Table, inspect, select
from sqlalchemy.orm import Session

from tests.factories import NOON, YERLAN, register_person
from trainer.base import Base
from trainer.extensions import db
from trainer.paths import MIGRATIONS_FOLDER
from trainer.registration.models import Registration, RegistrationChange
from trainer.schema import downgrade_schema, upgrade_schema
from trainer.seminars.models import Seminar


def list_differences(metadata: MetaData) -> list[object]:
    """Return the differences between the database and the tables of the models; needs an application context."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))


def list_tables() -> set[str]:
    """Return the names of the tables in the database."""
    return set(inspect(db.engine).get_table_names())


def test_the_migrations_make_the_tables_of_the_models(app: Flask) -> None:
    with app.app_context():
        assert list_differences(Base.metadata) == []
        assert list_tables() == {*Base.metadata.tables, "alembic_version"}


def test_a_table_without_a_migration_is_noticed(app: Flask) -> None:
    planted = MetaData()
    for table in Base.metadata.tables.values():
        table.to_metadata(planted)
    Table("planted", planted, Column("id", Integer, primary_key=True))
    planted.tables["person"].append_column(Column("planted", Integer))
    with app.app_context():
        assert [difference[0] for difference in list_differences(planted)] == ["add_table", "add_column"]  # type: ignore[index]


def test_every_constraint_of_the_models_is_in_the_database(app: Flask) -> None:
    with app.app_context():
        inspector = inspect(db.engine)
        for table in Base.metadata.sorted_tables:
            named = {str(constraint.name) for constraint in table.constraints} | {
                str(constraint.name) for constraint in table.indexes
            }
            names = {inspector.get_pk_constraint(table.name)["name"]}
            for listed in (
                inspector.get_foreign_keys,
                inspector.get_unique_constraints,
                inspector.get_check_constraints,
                inspector.get_indexes,
            ):
                names |= {constraint["name"] for constraint in listed(table.name)}
            assert named <= names, table.name


@pytest.mark.slow
def test_the_way_back_leaves_nothing_and_the_way_up_works_again(app: Flask) -> None:
    with app.app_context():
        try:
            downgrade_schema("base")
            assert list_tables() == {"alembic_version"}
        finally:
            upgrade_schema()
        assert list_differences(Base.metadata) == []


MADE: dict[str, Any] = {
    "BIGINT": 1,
    "BLOB": b"x",
    "BOOLEAN": True,
    "BYTEA": b"x",
    "CHAR": uuid.UUID(int=1).hex,
    "DATE": NOON.date(),
    "DATETIME": NOON,
    "DOUBLE_PRECISION": 1.0,
    "FLOAT": 1.0,
    "INTEGER": 1,
    "JSON": {},
    "TEXT": "x",
    "TIMESTAMP": NOON,
    "UUID": uuid.UUID(int=1),
    "VARCHAR": "x",
}
KNOWN = {
    "decision": "open",
    "status": "present",
    "kind": "participation",
    "channel": "email",
    "source": "desk",
    "processing": "waiting",
}
KINDS = {"publication": "post", "register_entry": "staff", "reporting_period": "interim"}


def build_row(table: Table) -> dict[str, Any]:
    """Return values for every column of a table; every foreign key is that of the first row."""
    row = {
        column.name: KNOWN.get(column.name, MADE[column.type.__visit_name__.upper()])
        for column in table.columns
        if not column.nullable
    }
    row |= {key.parent.name: MADE[key.parent.type.__visit_name__.upper()] for key in table.foreign_keys}
    if table.name in KINDS:
        row["kind"] = KINDS[table.name]
    if table.name in ("evidence_link", "shown_person"):  # of a file or of a publication
        del row["publication_id"]
    if "state" in row:
        registration = "merged" if "merged_into_id" in row else "registered"
        known = {
            "registration": registration,
            "name_correction": "waiting",
            "message": "queued",
            "announcement": "draft",
        }
        row["state"] = known.get(table.name, "valid")
    if "role" in row:
        row["role"] = "owner"
    return row | ({"ends_at": NOON + timedelta(hours=1)} if row.get("ends_at") == NOON else {})


def fill_new_tables(filled: set[str]) -> set[str]:
    """Add a row to every empty table that is not among the filled ones; return the names of all tables."""
    names = list_tables() - {"alembic_version"}
    reflected = MetaData()
    if names - filled:
        reflected.reflect(db.engine, only=sorted(names - filled))
    with db.engine.begin() as connection:
        for table in reflected.sorted_tables:
            if connection.execute(select(table)).first() is None:
                connection.execute(table.insert().values(build_row(table)))
    return names


def count_rows(names: set[str]) -> dict[str, int]:
    """Return the number of rows of each table."""
    with db.engine.connect() as connection:
        return {name: len(connection.execute(select(Base.metadata.tables[name])).all()) for name in names}


REVISIONS = [revision.revision for revision in ScriptDirectory(str(MIGRATIONS_FOLDER)).walk_revisions()][::-1]


@pytest.mark.slow
def test_rows_of_every_table_survive_all_later_upgrades(app: Flask) -> None:
    filled: set[str] = set()
    with app.app_context():
        try:
            downgrade_schema("base")
            for revision in REVISIONS:
                upgrade_schema(revision)
                filled = fill_new_tables(filled)
        finally:
            upgrade_schema()
        assert count_rows(set(Base.metadata.tables)) == dict.fromkeys(Base.metadata.tables, 1)
        assert list_differences(Base.metadata) == []


@pytest.mark.slow
@pytest.mark.walk
@pytest.mark.parametrize("revision", REVISIONS)
def test_an_upgrade_keeps_what_was_there(app: Flask, revision: str) -> None:
    with app.app_context():
        try:
            downgrade_schema(revision)
            filled = fill_new_tables(set())
        finally:
            upgrade_schema()
        assert count_rows(filled) == dict.fromkeys(filled, 1)
        assert list_differences(Base.metadata) == []


@pytest.mark.slow
def test_likely_duplicates_get_what_a_newcomer_gets(app: Flask, session: Session, seminar: Seminar) -> None:
    seminar.capacity = 2
    people = [
        register_person(session, seminar, YERLAN, surname=f"Ким{letter}", phone=f"+770155504{number:02}")
        for number, letter in enumerate("абвг")
    ]
    people[3].walk_in_id = uuid.UUID(int=1)
    change = RegistrationChange(seminar_id=seminar.id, action="other", previous_values=[], changed_at=NOON)
    session.add(change)
    session.commit()
    tokens, ids, change_id = [person.token for person in people], [person.id for person in people], change.id
    session.close()
    with app.app_context():
        try:
            downgrade_schema("0012")
            with db.engine.begin() as connection:
                for duplicate in ids[1:]:
                    connection.exec_driver_sql(
                        "UPDATE registration SET state = 'duplicate', told = 'duplicate', queue_number = NULL, "
                        f"likely_same_as_id = {ids[0]}, calendar_version = 0 WHERE id = {duplicate}"
                    )
                connection.exec_driver_sql(
                    f"""UPDATE registration_change SET before = '[{{"id": 1, "state": "duplicate"}}]' WHERE id = {change_id}"""
                )
        finally:
            upgrade_schema()
    stored = [session.get_one(Registration, registration_id) for registration_id in ids]
    assert [registration.status for registration in stored] == ["registered", "registered", "waiting", "registered"]
    assert [registration.is_likely_duplicate for registration in stored] == [False, True, True, True]
    assert [registration.notified_status for registration in stored[1:]] == ["", "", "registered"]
    assert [registration.token for registration in stored] == tokens
    assert session.get_one(RegistrationChange, change_id).undone_at == NOON
    session.close()  # PostgreSQL changes no table that a transaction reads
    with app.app_context():
        try:
            downgrade_schema("0012")
            with db.engine.connect() as connection:
                states = connection.exec_driver_sql("SELECT state FROM registration ORDER BY id").scalars().all()
        finally:
            upgrade_schema()
    assert states == ["registered", "duplicate", "duplicate", "duplicate"]


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(app: Flask) -> None:
    with app.app_context():
        before = list_tables()
        upgrade_schema()
        assert list_tables() == before


def test_the_migrations_stand_in_one_line() -> None:
    script = ScriptDirectory(str(MIGRATIONS_FOLDER))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_every_migration_can_be_taken_back() -> None:
    for revision in ScriptDirectory(str(MIGRATIONS_FOLDER)).walk_revisions():
        assert revision.module.downgrade.__code__.co_code != (lambda: None).__code__.co_code, revision.revision
        assert revision.doc
