"""Keys of the seal: Ed25519, stored outside the database; the private one in a file of mode 0600, earlier public ones beside it."""

import json
import os
from pathlib import Path

from certificates import Keyring, MalformedKey, parse_public_keys
from trainer.settings import Settings


class NoSigningKey(Exception):
    """There is no key, and none may be created automatically: with PostgreSQL each machine would create its own."""


class SigningKeyUnusable(NoSigningKey, MalformedKey):
    """The file of the key can't be read, or holds no key; the argument says which."""


def load_keyring(settings: Settings) -> Keyring:
    """Load the signing key; with SQLite it is created at first use.

    Raises NoSigningKey, and SigningKeyUnusable for a file that can't be read or holds no key.
    """
    path = get_signing_key_path(settings)
    if not path.exists():
        if settings.signing_key_file or not settings.uses_sqlite:
            raise NoSigningKey(str(path))
        create_signing_key(path)
    try:
        return Keyring.from_pem(path.read_bytes(), load_earlier_keys(path))
    except OSError as error:
        raise SigningKeyUnusable(f"the file can't be read: {error.strerror}") from error
    except MalformedKey as error:
        raise SigningKeyUnusable(str(error)) from error


def get_signing_key_path(settings: Settings) -> Path:
    """Return the path of the signing key."""
    return Path(settings.signing_key_file) if settings.signing_key_file else settings.instance / "keys" / "seal.pem"


def get_earlier_keys_path(path: Path) -> Path:
    """Return the path of the public keys that signed before the key in this file."""
    return path.with_suffix(".earlier.json")


def load_earlier_keys(path: Path) -> tuple[bytes, ...]:
    """Return the raw public keys whose seals stay genuine."""
    earlier_path = get_earlier_keys_path(path)
    return tuple(parse_public_keys(earlier_path.read_bytes()).values()) if earlier_path.exists() else ()


def create_signing_key(path: Path) -> None:
    """Create a signing key; if two processes start at once, one wins and the other uses its key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary_path = path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
    write_signing_key(temporary_path)
    try:
        os.link(temporary_path, path)
    except FileExistsError:
        return
    finally:
        temporary_path.unlink()


def rotate_signing_key(path: Path) -> None:
    """Replace the signing key; the public half of the old one is saved first, so that its seals stay genuine."""
    old_keyring = Keyring.from_pem(path.read_bytes(), load_earlier_keys(path))
    earlier_path, temporary_path = (
        get_earlier_keys_path(path),
        path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}"),
    )
    write_file_atomically(earlier_path, json.dumps(old_keyring.build_jwks(), indent=1).encode())
    write_signing_key(temporary_path)
    temporary_path.replace(path)


def write_signing_key(path: Path) -> None:
    """Write a new private key into a new file that only its owner can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(Keyring.from_seed(os.urandom(32)).export_private_pem())
        file.flush()
        os.fsync(file.fileno())


def write_file_atomically(path: Path, content: bytes) -> None:
    """Replace a file atomically."""
    temporary_path = path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
    with temporary_path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary_path.replace(path)
