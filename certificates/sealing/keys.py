"""The issuer's keys: one Ed25519 key that signs, and the public keys of earlier ones."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from certificates.errors import MalformedKey

PublicKeys = Mapping[bytes, bytes]
"""Raw public keys of 32 bytes by their key identifier of 8 bytes."""


@dataclass(frozen=True)
class Keyring:
    """The current signing key, and the earlier raw public keys whose seals stay genuine."""

    signing_key: Ed25519PrivateKey
    earlier_public_keys: tuple[bytes, ...] = ()

    @classmethod
    def from_seed(cls, seed: bytes, earlier_public_keys: tuple[bytes, ...] = ()) -> "Keyring":
        """Create a keyring from the 32 secret bytes of RFC 8032. Raises MalformedKey."""
        if len(seed) != 32:
            raise MalformedKey(f"a seed has 32 bytes, not {len(seed)}")
        return cls(Ed25519PrivateKey.from_private_bytes(seed), earlier_public_keys)

    @classmethod
    def from_pem(cls, pem: bytes, earlier_public_keys: tuple[bytes, ...] = ()) -> "Keyring":
        """Load the private key from a PEM file (PKCS #8). Raises MalformedKey."""
        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise MalformedKey("the file holds no private key") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise MalformedKey("the key is not an Ed25519 key")
        return cls(key, earlier_public_keys)

    def export_private_pem(self) -> bytes:
        """Return the private key as PEM (PKCS #8, not encrypted). Must be kept secret."""
        return self.signing_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def public_key(self) -> bytes:
        """Return the raw public key of 32 bytes of the signing key."""
        return self.signing_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def public_keys(self) -> dict[bytes, bytes]:
        """Return every public key whose seals are genuine, by key identifier."""
        return {compute_key_id(key): key for key in (self.public_key, *self.earlier_public_keys)}

    def build_jwks(self) -> dict[str, list[dict[str, str]]]:
        """Return the public keys as a JWK Set (RFC 7517, RFC 8037); `kid` is the key identifier in hexadecimal."""
        return {"keys": [build_jwk(key) for key in self.public_keys.values()]}


def parse_public_keys(content: bytes) -> dict[bytes, bytes]:
    """Parse public keys, by key identifier, from a JWK Set, a JWK or a PEM file (public or private). Raises MalformedKey."""
    keys = parse_pem_keys(content) if content.lstrip().startswith(b"-----BEGIN") else parse_json_keys(content)
    return {compute_key_id(key): key for key in keys}


def parse_pem_keys(content: bytes) -> list[bytes]:
    """Return the raw public key of a PEM file."""
    if b"PRIVATE KEY" in content:
        return [Keyring.from_pem(content).public_key]
    try:
        key = load_pem_public_key(content)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise MalformedKey("the file holds no public key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise MalformedKey("the key is not an Ed25519 key")
    return [key.public_bytes(Encoding.Raw, PublicFormat.Raw)]


def parse_json_keys(content: bytes) -> list[bytes]:
    """Return the raw public keys of a JWK Set or a JWK, ignoring keys of other kinds."""
    try:
        document = json.loads(content)
        jwks = document.get("keys", [document])
        keys = [base64.urlsafe_b64decode(jwk["x"] + "==") for jwk in jwks if jwk.get("crv") == "Ed25519"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise MalformedKey("the file holds no keys") from error
    if not keys or any(len(key) != 32 for key in keys):
        raise MalformedKey("the file holds no Ed25519 key")
    return keys


def compute_key_id(public_key: bytes) -> bytes:
    """Return the identifier of a raw public key: the first 8 bytes of its SHA-256."""
    return hashlib.sha256(public_key).digest()[:8]


def build_jwk(public_key: bytes) -> dict[str, str]:
    """Return a raw public key as a JWK."""
    x = base64.urlsafe_b64encode(public_key).rstrip(b"=").decode("ascii")
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "Ed25519",
        "use": "sig",
        "kid": compute_key_id(public_key).hex(),
        "x": x,
    }


def is_signature_valid(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether the key has signed the message."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
