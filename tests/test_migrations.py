"""The migrations make exactly the tables of the models, on each database, and can be taken back and run again."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Column, Integer, MetaData, Table, inspect

from trainer.base import Base
from trainer.extensions import db
from trainer.paths import MIGRATIONS


def differences(metadata: MetaData) -> list[object]:
    """What the database has otherwise than the tables say; inside an application's context."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))


def tables() -> set[str]:
    """The names of the tables that the database has."""
    return set(inspect(db.engine).get_table_names())


def test_the_migrations_make_the_tables_of_the_models(app: Flask) -> None:
    with app.app_context():
        assert differences(Base.metadata) == []
        assert tables() == {*Base.metadata.tables, "alembic_version"}


def test_a_table_without_a_migration_is_noticed(app: Flask) -> None:
    planted = MetaData()
    for table in Base.metadata.tables.values():
        table.to_metadata(planted)
    Table("planted", planted, Column("id", Integer, primary_key=True))
    planted.tables["person"].append_column(Column("planted", Integer))
    with app.app_context():
        assert [difference[0] for difference in differences(planted)] == ["add_table", "add_column"]  # type: ignore[index]


def test_every_constraint_of_the_models_is_in_the_database(app: Flask) -> None:
    with app.app_context():
        found = inspect(db.engine)
        for table in Base.metadata.sorted_tables:
            named = {str(each.name) for each in table.constraints} | {str(each.name) for each in table.indexes}
            kept = {found.get_pk_constraint(table.name)["name"]}
            for listed in (
                found.get_foreign_keys,
                found.get_unique_constraints,
                found.get_check_constraints,
                found.get_indexes,
            ):
                kept |= {each["name"] for each in listed(table.name)}
            assert named <= kept, table.name


def test_the_way_back_leaves_nothing_and_the_way_up_works_again(app: Flask) -> None:
    with app.app_context():
        try:
            downgrade(revision="base")
            assert tables() == {"alembic_version"}
        finally:
            upgrade()
        assert differences(Base.metadata) == []


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(app: Flask) -> None:
    with app.app_context():
        before = tables()
        upgrade()
        assert tables() == before


def test_the_migrations_stand_in_one_line() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_every_migration_can_be_taken_back() -> None:
    for each in ScriptDirectory(str(MIGRATIONS)).walk_revisions():
        assert each.module.downgrade.__code__.co_code != (lambda: None).__code__.co_code, each.revision
        assert each.doc
