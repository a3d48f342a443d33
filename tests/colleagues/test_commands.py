"""`trainer user`: accounts and roles without a browser."""

from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOON
from trainer import cli
from trainer.accounts.models import Membership, User
from trainer.accounts.sign_in import get_or_create_organizer
from trainer.audit.models import AuditEntry
from trainer.passkeys.models import Passkey
from trainer.projects.models import Project


@pytest.fixture
def run(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that runs `trainer user` and returns exit code and output."""
    monkeypatch.setattr("trainer.cli.admin.build_application", lambda: app)

    def run_command(*arguments: str) -> tuple[int, str]:
        session.commit()
        result = CliRunner().invoke(cli.main, ["user", *arguments])
        return result.exit_code, result.output

    return run_command


def test_roles_are_given_changed_and_taken(run: Any, session: Session, project: Project) -> None:
    assert run("add", "first@example.org", "--name", "Сәуле")[0] == 0
    assert run("list")[1] == f"first@example.org\tСәуле\t{project.code}:owner\n", "the first user owns"
    assert run("add", "second@example.org")[0] == 0
    assert run("role", "second@example.org", project.code, "assistant")[0] == 0
    assert run("role", "second@example.org", project.code, "organizer")[0] == 0
    assert f"second@example.org\t\t{project.code}:organizer\n" in run("list")[1]
    assert run("role", "second@example.org", project.code, "none")[0] == 0
    assert len(session.scalars(select(Membership)).all()) == 1
    actors = session.scalars(select(AuditEntry.actor).where(AuditEntry.subject_kind == "membership"))
    assert set(actors) == {"command:trainer user", "command:trainer user role"}


def test_the_last_owner_can_not_be_removed(run: Any, session: Session, project: Project) -> None:
    run("add", "first@example.org")
    for role in ("none", "monitor"):
        code, output = run("role", "first@example.org", project.code, role)
        assert code == 2
        assert "only owner" in output
    assert run("role", "nobody@example.org", project.code, "owner")[0] == 2
    assert run("role", "first@example.org", "no-project", "owner")[0] == 2


def test_an_account_is_suspended_and_let_in_again(run: Any, session: Session) -> None:
    user = get_or_create_organizer(session, "first@example.org")
    assert run("suspend", "first@example.org")[0] == 0
    session.expire_all()
    assert not user.active
    run("suspend", "first@example.org", "--undo")
    session.expire_all()
    assert session.scalars(select(User)).one().active


def test_the_passkeys_of_a_lost_phone_are_removed(run: Any, session: Session) -> None:
    owner, other = (get_or_create_organizer(session, f"{name}@example.org") for name in ("first", "second"))
    for number, user in enumerate((owner, owner, other)):
        session.add(
            Passkey(
                user_id=user.id,
                credential_id=str(number),
                public_key=b"",
                user_handle="",
                sign_count=0,
                name="Телефон",
                added_at=NOON,
            )
        )
    assert run("remove-passkeys", "first@example.org") == (0, "2 removed\n")
    assert session.scalars(select(Passkey.user_id)).all() == [other.id]
    entries = session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "passkey")).all()
    assert [(entry.actor, entry.action) for entry in entries] == [
        ("command:trainer user remove-passkeys", "deleted")
    ] * 2
    assert run("remove-passkeys", "nobody@example.org")[0] == 2
