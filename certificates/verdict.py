"""What `unseal` answers: the sealed facts when the seal is genuine, else the reason why not."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class SealFailure(StrEnum):
    """Why a seal is not genuine."""

    EMPTY = "empty"
    NOT_A_SEAL = "not_a_seal"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    MALFORMED_CLAIMS = "malformed_claims"
    OTHER_CODE = "other_code"


@dataclass(frozen=True)
class SealedFacts:
    """What the seal vouches for."""

    host: str
    code: str
    serial: str
    recipient: str
    title: str
    kind: str
    hours: int
    held_on: tuple[date, ...]
    issued_on: date
    expires_at: int | None
    """Seconds since 1970 from which the certificate is no longer valid; None where it does not expire."""


@dataclass(frozen=True)
class SealVerdict:
    """Whether a seal is genuine. It says nothing of revocation, which only the issuer's register knows."""

    facts: SealedFacts | None
    reason: SealFailure | None = None

    @property
    def is_genuine(self) -> bool:
        """Whether a key that we know has signed exactly these facts."""
        return self.reason is None and self.facts is not None
