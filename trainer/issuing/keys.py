"""The keys of the seal: Ed25519, kept outside the database in files of mode 0600."""

import os
from pathlib import Path

from certificates import Keyring
from trainer.settings import Settings


class NoSigningKey(Exception):
    """No key is there, and none may be made by itself: with PostgreSQL several machines would each make another one."""


def keyring(settings: Settings) -> Keyring:
    """Load the signing key; a copy with a database of its own machine makes one at first use. Raises NoSigningKey."""
    path = key_file(settings)
    if not path.exists():
        if settings.signing_key_file or not settings.sqlite:
            raise NoSigningKey(str(path))
        make_key(path)
    return Keyring.from_pem(path.read_bytes())


def key_file(settings: Settings) -> Path:
    """Where the signing key stands."""
    return Path(settings.signing_key_file) if settings.signing_key_file else settings.instance / "keys" / "seal.pem"


def make_key(path: Path) -> None:
    """Make a signing key; of two processes that start at once one wins and the other uses its key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as file:
        file.write(Keyring.from_seed(os.urandom(32)).to_pem())
