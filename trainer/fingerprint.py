"""Hashes of texts, and short hashes that tell whether a value has changed."""

import hashlib
import json
from typing import Any


def hash_text(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, as 64 hex digits. Raises UnicodeEncodeError for half a character."""
    return hashlib.sha256(text.encode()).hexdigest()


def hash_bytes(content: bytes) -> str:
    """Return the SHA-256 of a file as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def compute_fingerprint(value: Any, length: int = 16) -> str:
    """Return the first `length` hex digits of the SHA-256 of a value's JSON, with sorted keys and no spaces.

    Raises TypeError for a value that JSON can't represent. Not a secret: anyone who knows the value can compute it.
    """
    return hash_text(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False))[:length]
