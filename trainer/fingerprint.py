"""Short hashes that tell whether a value has changed."""

import hashlib
import json
from typing import Any


def compute_fingerprint(value: Any, length: int = 16) -> str:
    """Return the first `length` hex digits of the SHA-256 of a value's JSON, with sorted keys and no spaces.

    Raises TypeError for a value that JSON can't represent. Not a secret: anyone who knows the value can compute it.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:length]
