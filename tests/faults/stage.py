"""A deployment on which a scenario plays: its instance, its database, and a hall with tablets."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from tests import databases
from tests.load.tablets import Hall, create_hall
from tests.serving.deployment import Deployment, run_deployment
from trainer import create_app

TABLETS, PEOPLE = 4, 4_000


@dataclass(frozen=True)
class Stage:
    """An instance with a filled database. `app` reads what is stored; it serves nothing."""

    app: Flask
    folder: Path
    database_url: str
    hall: Hall
    storage: dict[str, str] = field(default_factory=dict)
    """Settings of another place for files than the folder of the instance."""

    @property
    def uses_sqlite(self) -> bool:
        """Return whether the database is SQLite."""
        return not self.database_url

    @property
    def settings(self) -> dict[str, str]:
        """The settings of its processes. Each client comes from an address of its own, which a proxy would forward."""
        own = {"DATABASE_URL": self.database_url, "SECRET_KEY": databases.SECRET_KEY, "TRUSTED_PROXIES": "1"}
        return {**own, "SIGNING_KEY_FILE": str(self.folder / "keys" / "seal.pem"), **self.storage}

    @contextmanager
    def serve(self, workers: int | None = None) -> Iterator[Deployment]:
        """Yield the running server, without jobs: by default with two processes on PostgreSQL, and one on SQLite."""
        count = workers or (1 if self.uses_sqlite else 2)
        with run_deployment(self.folder, count, "--no-jobs", **self.settings) as deployment:
            yield deployment


@contextmanager
def prepare_stage(database: str, people: int = PEOPLE, has_own_server: bool = False) -> Iterator[Stage]:
    """Yield a stage on a database; on PostgreSQL perhaps on a server that is started for it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="trainer-faults-"))) / "instance"
        url = ""
        if database == "postgresql" and has_own_server:
            url = stack.enter_context(databases.run_own_postgresql())[0]
        elif database == "postgresql":
            url = stack.enter_context(databases.open_postgresql_database())
        app = create_app(databases.create_migrated_instance(folder, url))
        hall = create_hall(app, TABLETS, people)
        stack.callback(databases.close_connections, app)
        yield Stage(app, folder, url, hall)
