"""The keys of the seal: Ed25519, outside the database; the private one in a file of mode 0600, earlier public ones beside it."""

import json
import os
from pathlib import Path

from certificates import Keyring, parse_public_keys
from trainer.settings import Settings


class NoSigningKey(Exception):
    """No key is there, and none may be made by itself: with PostgreSQL several machines would each make another one."""


def load_keyring(settings: Settings) -> Keyring:
    """Load the signing key; a copy with a database of its own machine makes one at first use.

    Raises NoSigningKey, and MalformedKey for a file that holds none.
    """
    path = get_signing_key_path(settings)
    if not path.exists():
        if settings.signing_key_file or not settings.uses_sqlite:
            raise NoSigningKey(str(path))
        create_signing_key(path)
    return Keyring.from_pem(path.read_bytes(), load_earlier_keys(path))


def get_signing_key_path(settings: Settings) -> Path:
    """Where the signing key stands."""
    return Path(settings.signing_key_file) if settings.signing_key_file else settings.instance / "keys" / "seal.pem"


def get_earlier_keys_path(path: Path) -> Path:
    """Where the public keys stand that signed before the key in this file did."""
    return path.with_suffix(".earlier.json")


def load_earlier_keys(path: Path) -> tuple[bytes, ...]:
    """Give the raw public keys whose seals stay genuine."""
    kept = get_earlier_keys_path(path)
    return tuple(parse_public_keys(kept.read_bytes()).values()) if kept.exists() else ()


def create_signing_key(path: Path) -> None:
    """Make a signing key; of two processes that start at once one wins and the other uses its key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
    write_signing_key(draft)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def rotate_signing_key(path: Path) -> None:
    """Sign with a new key from now on; the public half of the old one is kept first, so that its seals stay genuine."""
    old = Keyring.from_pem(path.read_bytes(), load_earlier_keys(path))
    kept, draft = get_earlier_keys_path(path), path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
    write_file_atomically(kept, json.dumps(old.build_jwks(), indent=1).encode())
    write_signing_key(draft)
    draft.replace(path)


def write_signing_key(path: Path) -> None:
    """Write a new private key into a new file that only its owner can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(Keyring.from_seed(os.urandom(32)).export_private_pem())
        file.flush()
        os.fsync(file.fileno())


def write_file_atomically(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    draft = path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
    with draft.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
