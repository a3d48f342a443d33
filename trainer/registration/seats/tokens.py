"""Unguessable texts for addresses, forms and passes."""

import base64
import secrets


def generate_token() -> str:
    """Return 256 random bits as 43 URL-safe characters, for an address or the nonce of a form."""
    return secrets.token_urlsafe(32)


def generate_pass_code() -> str:
    """Return 128 random bits as 26 base32 characters, for the QR code of a pass."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")
