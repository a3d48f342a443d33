"""Keys of the seal: outside the database, readable by their owner alone, rotated without losing a seal."""

import stat
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from certificates import MalformedKey, unseal
from tests.concurrency import run_concurrently
from tests.factories import issue_to_eligible, register_eligible_person
from trainer.issuing.issuance.keys import (
    create_signing_key,
    get_signing_key_path,
    load_earlier_keys,
    load_keyring,
    rotate_signing_key,
)
from trainer.seminars.models import Seminar
from trainer.settings import Settings

pytestmark = pytest.mark.one_database


def test_a_private_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "seal.pem"
    create_signing_key(path)
    rotate_signing_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(file.name for file in path.parent.iterdir()) == ["seal.earlier.json", "seal.pem"]


def test_seals_of_earlier_keys_stay_genuine_through_every_rotation(
    app: Flask, session: Session, settings: Settings, past_seminar: Seminar
) -> None:
    register_eligible_person(session, past_seminar)
    [entry] = issue_to_eligible(session, past_seminar)
    first = load_keyring(settings).public_key
    for turn in range(3):
        rotate_signing_key(get_signing_key_path(settings))
        keys = load_keyring(settings)
        assert unseal(entry.qr_text, keys.public_keys).is_genuine
        assert keys.public_key != first and len(keys.public_keys) == turn + 2


def test_making_a_key_twice_keeps_the_first(tmp_path: Path) -> None:
    path = tmp_path / "seal.pem"
    run_concurrently(*[lambda: create_signing_key(path) for _each in range(8)])
    first_key = path.read_bytes()
    create_signing_key(path)
    assert path.read_bytes() == first_key
    assert [path.name for path in tmp_path.iterdir()] == ["seal.pem"]
    assert load_earlier_keys(path) == ()


def test_a_file_that_holds_no_key_is_refused(settings: Settings) -> None:
    get_signing_key_path(settings).parent.mkdir(exist_ok=True)
    get_signing_key_path(settings).write_bytes(b"nothing")
    with pytest.raises(MalformedKey):
        load_keyring(settings)
