"""Keys of the seal: kept outside the database, readable by their owner alone, rotated without losing a seal."""

import stat
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from certificates import MalformedKey, unseal
from tests.concurrency import at_once
from tests.factories import issued, ready
from trainer.issuing.issuance.keys import earlier_keys, key_file, keyring, make_key, rotate_key
from trainer.seminars.models import Seminar
from trainer.settings import Settings


def test_a_private_key_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "seal.pem"
    make_key(path)
    rotate_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(each.name for each in path.parent.iterdir()) == ["seal.earlier.json", "seal.pem"]


def test_seals_of_earlier_keys_stay_genuine_through_every_rotation(
    app: Flask, session: Session, settings: Settings, held: Seminar
) -> None:
    ready(session, held)
    [entry] = issued(session, held)
    first = keyring(settings).public
    for turn in range(3):
        rotate_key(key_file(settings))
        keys = keyring(settings)
        assert unseal(entry.qr_text, keys.public_keys).genuine
        assert keys.public != first and len(keys.public_keys) == turn + 2


def test_making_a_key_twice_keeps_the_first(tmp_path: Path) -> None:
    path = tmp_path / "seal.pem"
    at_once(*[lambda: make_key(path) for _each in range(8)])
    kept = path.read_bytes()
    make_key(path)
    assert path.read_bytes() == kept
    assert [each.name for each in tmp_path.iterdir()] == ["seal.pem"]
    assert earlier_keys(path) == ()


def test_a_file_that_holds_no_key_is_refused(settings: Settings) -> None:
    key_file(settings).parent.mkdir(exist_ok=True)
    key_file(settings).write_bytes(b"nothing")
    with pytest.raises(MalformedKey):
        keyring(settings)
