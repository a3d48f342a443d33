"""The command `trainer`, with an instance of its own: accounts, plans, the example, the doctor; 0 good, 1 a finding, 2 wrong use."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.cast import Visitor
from tests.projects.test_plan import SMALL, written
from trainer import cli, create_app
from trainer.accounts.models import User
from trainer.extensions import db
from trainer.paths import EXAMPLE
from trainer.projects.models import Project
from trainer.settings import NAMES, Settings

Command = Callable[..., Result]


@pytest.fixture
def trainer(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """Runs the command for the copy of these settings."""
    made: list[Flask] = []

    def recorded(chosen: Settings | None = None) -> Flask:
        made.append(create_app(chosen))
        return made[-1]

    monkeypatch.setattr(cli, "create_app", recorded)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    texts = {
        name: str(getattr(settings, name.lower())) for name in ("INSTANCE", "DATABASE_URL", "BASE_URL", "SECRET_KEY")
    }
    texts["SIGNING_KEY_FILE"] = str(settings.instance / "keys" / "seal.pem")

    def run(*words: str | Path, **environment: str) -> Result:
        return CliRunner().invoke(cli.main, [str(word) for word in words], env={**texts, **environment})

    yield run
    for app in made:
        with app.app_context():
            db.engine.dispose()


def count(session: Session, table: type[User | Project]) -> int:
    """The rows of a table."""
    session.commit()
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_new_organizer_gets_a_link_that_works(trainer: Command, stranger: Visitor, session: Session) -> None:
    result = trainer("user", "add", "Saule@Example.org", "--name", "Сәуле", "--language", "ru")
    assert result.exit_code == 0
    assert result.output.startswith("https://seminar.example.org/desk/sign-in/")
    stranger.submit(urlsplit(result.output.strip()).path)
    assert "Сәуле" in stranger.get("/desk/account").text
    assert session.scalars(select(User.email)).all() == ["saule@example.org"]


def test_adding_an_account_again_makes_no_second_one(trainer: Command, session: Session) -> None:
    first, second = (trainer("user", "add", "saule@example.org") for _time in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.output != second.output
    assert count(session, User) == 1


def test_a_link_is_made_for_a_known_account_only(trainer: Command, session: Session) -> None:
    refused = trainer("user", "link", "nobody@example.org")
    assert refused.exit_code == 2
    assert "trainer user add nobody@example.org" in refused.output
    assert count(session, User) == 0
    trainer("user", "add", "nobody@example.org")
    assert trainer("user", "link", "NOBODY@example.org").exit_code == 0


def test_wrong_use_is_told_by_the_exit_code(trainer: Command) -> None:
    for words in (
        ["nonsense"],
        ["user", "add"],
        ["user", "add", "a@b.kz", "--language", "de"],
        ["plan", "check", "missing.yaml"],
    ):
        assert trainer(*words).exit_code == 2, words


def test_a_plan_is_checked_without_being_loaded(trainer: Command, session: Session, tmp_path: Path) -> None:
    assert trainer("plan", "check", EXAMPLE / "monitoring_plan.yaml").exit_code == 0
    (tmp_path / "broken.yaml").write_bytes(written({**SMALL, "tasks": [{"id": "T1"}, 5]}))
    result = trainer("plan", "check", tmp_path / "broken.yaml")
    assert result.exit_code == 1
    assert result.output.count("a task needs `id`") == 2
    assert count(session, Project) == 0


def test_a_plan_is_loaded_once(trainer: Command, session: Session, tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_bytes(written(SMALL))
    loaded = trainer("plan", "import", tmp_path / "plan.yaml")
    assert (loaded.exit_code, loaded.output) == (0, "small: 1 activities, 1 indicators\n")
    again = trainer("plan", "import", tmp_path / "plan.yaml")
    assert again.exit_code == 2
    assert "small" in again.output
    assert count(session, Project) == 1


def test_a_broken_plan_is_not_loaded(trainer: Command, session: Session, tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_bytes(b"\xff\x00")
    assert trainer("plan", "import", tmp_path / "plan.yaml").exit_code == 1
    assert count(session, Project) == 0


def test_the_example_goes_into_no_database_that_exists(trainer: Command, session: Session) -> None:
    result = trainer("example")
    assert result.exit_code == 2
    assert count(session, Project) == 0


def test_the_doctor_finds_nothing_on_a_copy_that_is_well_and_tells_no_secret(
    trainer: Command, settings: Settings
) -> None:
    result = trainer("doctor")
    assert result.exit_code == 0, result.output
    assert all(f"{name} = " in result.output for name in NAMES)
    assert settings.secret_key not in result.output
    assert "PORT = 8000  [default]" in result.output
    assert "BASE_URL = https://seminar.example.org  [environment]" in result.output


def test_the_doctor_names_what_does_not_work(trainer: Command, tmp_path: Path) -> None:
    result = trainer("doctor", DATABASE_URL=f"sqlite:///{tmp_path}/missing/trainer.db", BASE_URL="")
    assert result.exit_code == 1
    assert "! The database does not answer" in result.output
    assert "! BASE_URL is not an https address" in result.output


def test_the_doctor_prints_no_password_of_a_database(trainer: Command) -> None:
    result = trainer("doctor", DATABASE_URL="postgresql://trainer:geheim@127.0.0.1:1/trainer")
    assert result.exit_code == 1
    assert "geheim" not in result.output
    assert "127.0.0.1:1/trainer" in result.output


def test_a_setting_that_cannot_be_understood_is_refused_in_words(trainer: Command, settings: Settings) -> None:
    result = trainer("doctor", PORT="eight")
    assert (result.exit_code, result.output) == (2, "Error: PORT must be a whole number, not 'eight'\n")
    (settings.instance / "trainer.cfg").write_text("PROT = 1\n")
    result = trainer("user", "link")
    assert result.exit_code == 2
    assert "unknown setting PROT" in result.output


def test_upgrading_what_is_up_to_date_is_good(trainer: Command) -> None:
    assert trainer("upgrade").exit_code == 0


def test_a_key_that_is_there_is_never_overwritten(trainer: Command, settings: Settings) -> None:
    key = settings.instance / "keys" / "seal.pem"
    before = key.read_bytes()
    assert trainer("keys", "rotate").exit_code == 2
    assert key.read_bytes() == before
    key.unlink()
    result = trainer("keys", "rotate")
    assert (result.exit_code, result.output) == (0, f"{key}\n")
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_new_copy_is_made_by_upgrade_and_then_takes_no_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    environment = {"INSTANCE": str(tmp_path / "new")}
    result = CliRunner().invoke(cli.main, ["upgrade"], env=environment)
    assert result.exit_code == 0, result.output
    refused = CliRunner().invoke(cli.main, ["example"], env=environment)
    assert refused.exit_code == 2
    assert (tmp_path / "new" / "trainer.db").exists()
