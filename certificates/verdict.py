"""Result of `unseal`: the sealed facts if the seal is genuine, otherwise the reason why it is not."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class SealFailure(StrEnum):
    """Reason why a seal is not genuine."""

    EMPTY = "empty"
    NOT_A_SEAL = "not_a_seal"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    MALFORMED_CLAIMS = "malformed_claims"
    OTHER_CODE = "other_code"


FORGERIES = frozenset({SealFailure.UNKNOWN_KEY, SealFailure.BAD_SIGNATURE, SealFailure.OTHER_CODE})
"""Failures that no damage of a link causes: the seal is another's, or contradicts the code beside it."""


@dataclass(frozen=True)
class SealedFacts:
    """Facts that the seal vouches for."""

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
    """First second since 1970 at which the certificate is no longer valid; None without expiry."""


@dataclass(frozen=True)
class SealVerdict:
    """The result of checking a seal. It does not cover revocation, which only the issuer's register knows."""

    facts: SealedFacts | None
    reason: SealFailure | None = None

    @property
    def is_genuine(self) -> bool:
        """Return whether a known key has signed exactly these facts."""
        return self.reason is None and self.facts is not None

    @property
    def is_forged(self) -> bool:
        """Return whether the seal is not the issuer's or contradicts the code; a damaged link is not forged."""
        return self.reason in FORGERIES
