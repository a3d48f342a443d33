"""The schema of the database: bringing it to a revision of the migrations, within the context of an application.

Alembic is imported late: serving needs nothing of it.
"""

from typing import TYPE_CHECKING

from trainer.extensions import db
from trainer.paths import MIGRATIONS_FOLDER

if TYPE_CHECKING:
    from alembic.config import Config


def build_config() -> "Config":
    """Return Alembic's settings for the migrations of this package."""
    from alembic.config import Config

    config = Config(MIGRATIONS_FOLDER / "alembic.ini")
    config.set_main_option("script_location", str(MIGRATIONS_FOLDER).replace("%", "%%"))
    return config


def upgrade_schema(revision: str = "head") -> None:
    """Upgrade the database to a revision."""
    from alembic.command import upgrade

    upgrade(build_config(), revision)


def downgrade_schema(revision: str = "-1") -> None:
    """Downgrade the database to a revision, by one unless told otherwise."""
    from alembic.command import downgrade

    downgrade(build_config(), revision)


def is_schema_current() -> bool:
    """Return whether the database is at the last revision of this code."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    return bool(present == ScriptDirectory(str(MIGRATIONS_FOLDER)).get_current_head())
