"""An authenticator in software: it makes passkeys and signs challenges as WebAuthn describes, or wrongly as a test wants."""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, HAS_CREDENTIAL = 0x01, 0x04, 0x40  # flags of the authenticator data (WebAuthn, section 6.1)


def encode(content: bytes) -> str:
    """Return bytes in base64url without padding."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return the bytes of base64url without padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One passkey in a device, with the browser around it. What a test changes, the next answer has."""

    origin: str = "https://seminar.example.org"
    host: str = ""
    """The relying party's identifier; empty takes what the options say."""
    flags: int = PRESENT | VERIFIED
    sign_count: int = 0
    counts: bool = True
    """Whether it counts its uses; passkeys that are copied to several devices of one person do not."""
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user_handle: str | None = None
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make_passkey(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.create`, with the attestation "none"."""
        self.user_handle = options["user"]["id"]
        key = cbor2.dumps(self.build_cose_key())
        credential = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + key
        data = self.build_data(options["rp"]["id"], self.flags | HAS_CREDENTIAL) + credential
        attestation = {"fmt": "none", "attStmt": {}, "authData": data}
        return self.build_answer(
            clientDataJSON=encode(self.build_client_data("webauthn.create", options)),
            attestationObject=encode(cbor2.dumps(attestation)),
        )

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.get`."""
        self.sign_count += self.counts
        client_data = self.build_client_data("webauthn.get", options)
        data = self.build_data(options["rpId"], self.flags)
        signature = self.key.sign(data + sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self.build_answer(
            clientDataJSON=encode(client_data),
            authenticatorData=encode(data),
            signature=encode(signature),
            userHandle=self.user_handle,
        )

    def build_answer(self, **response: str | None) -> dict[str, Any]:
        """Return a credential as `passkeys.js` sends it."""
        identifier = encode(self.credential_id)
        return {"id": identifier, "rawId": identifier, "type": "public-key", "response": response}

    def build_client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        """Return what the browser says about the ceremony."""
        content = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(content).encode()

    def build_data(self, host: str, flags: int) -> bytes:
        """Return the authenticator data without a credential: hash of the host, flags, counter."""
        return sha256((self.host or host).encode()).digest() + bytes([flags]) + self.sign_count.to_bytes(4, "big")

    def build_cose_key(self) -> dict[int, Any]:
        """Return the public key in COSE (RFC 9052): EC2, ES256, P-256."""
        numbers = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
