"""`trainer plan` with Word annexes and workbooks."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.projects.importing.uploads import ANNEX
from tests.visitor import Visitor
from trainer import cli
from trainer.cli import context
from trainer.projects.models import PlanDraft, Project

Command = Callable[..., Result]


@pytest.fixture
def plan_command(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return a function that runs `trainer plan` on the application of the test."""
    monkeypatch.setattr(context, "create_app", lambda _settings=None: app)
    return lambda *words: CliRunner().invoke(cli.main, ["plan", *map(str, words)])


def test_the_annex_is_counted_and_its_doubts_are_named(plan_command: Command, tmp_path: Path) -> None:
    (tmp_path / "annex.docx").write_bytes(ANNEX)
    checked = plan_command("check", tmp_path / "annex.docx")
    assert checked.exit_code == 0
    assert checked.stdout == "tasks 8 activities 14 indicators 71 impact 6 doubts 15\n"
    assert "T1.A2.I4: " in checked.stderr


@pytest.mark.parametrize(
    ("name", "content"),
    [("annex.doc", b"\xd0\xcf\x11\xe0" + bytes(99)), ("annex.pdf", b"%PDF-1.7"), ("annex.docx", b"PK\x03\x04")],
)
def test_a_file_that_can_not_be_read_is_explained(
    plan_command: Command, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    checked = plan_command("check", tmp_path / name)
    assert checked.exit_code == 1
    assert checked.stdout
    assert plan_command("check", tmp_path / "missing").exit_code == 2


def test_an_annex_is_imported_as_a_draft_to_be_checked_in_the_browser(
    plan_command: Command, session: Session, organizer: Visitor, tmp_path: Path
) -> None:
    (tmp_path / "annex.docx").write_bytes(ANNEX)
    imported = plan_command("import", tmp_path / "annex.docx")
    assert imported.exit_code == 0
    draft = session.scalars(select(PlanDraft)).one()
    assert imported.stdout.strip().endswith(f"/desk/plan/drafts/{draft.id}")
    assert session.scalars(select(Project)).all() == []
    organizer.get(f"/desk/plan/drafts/{draft.id}")


def test_the_template_is_written_but_never_over_a_file(plan_command: Command, tmp_path: Path) -> None:
    written = plan_command("template", tmp_path / "plan.xlsx", "--language", "ru")
    assert written.exit_code == 0
    assert (tmp_path / "plan.xlsx").read_bytes().startswith(b"PK")
    assert plan_command("template", tmp_path / "plan.xlsx").exit_code != 0
