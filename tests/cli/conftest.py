"""The command `trainer`, run in the process of the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from tests import databases
from tests.cli.command import Command
from trainer import cli, create_app
from trainer.cli import context
from trainer.settings import SETTING_FIELDS, Settings


@pytest.fixture
def trainer(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """Yield a function that runs the command on the instance of these settings."""
    apps: list[Flask] = []

    def recorded(chosen: Settings | None = None) -> Flask:
        apps.append(create_app(chosen))
        return apps[-1]

    monkeypatch.setattr(context, "create_app", recorded)
    for name in SETTING_FIELDS:
        monkeypatch.delenv(name, raising=False)
    texts = {
        name: str(getattr(settings, name.lower())) for name in ("INSTANCE", "DATABASE_URL", "BASE_URL", "SECRET_KEY")
    }
    texts["SIGNING_KEY_FILE"] = str(settings.instance / "keys" / "seal.pem")

    def run(*words: str | Path, **environment: str) -> Result:
        return CliRunner().invoke(cli.main, [str(word) for word in words], env={**texts, **environment})

    yield run
    for app in apps:
        databases.close_connections(app)
