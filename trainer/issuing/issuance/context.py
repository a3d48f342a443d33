"""Issuing context: base URL, keyring, storage, signer."""

from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from certificates import Design, Issuer, Keyring, SignatureProblem, SignatureUnusable, Signer
from trainer.issuing.issuance.keys import load_keyring
from trainer.settings import Settings
from trainer.storage import Storage

if TYPE_CHECKING:
    from certificates import Printer


@dataclass(frozen=True)
class IssuingContext:
    """What issuing needs from this deployment."""

    base_url: str
    host: str
    is_public: bool
    keyring: Keyring
    storage: Storage
    user_id: int | None = None
    signer: Signer | None = None


def build_issuing_context(settings: Settings, user_id: int | None = None) -> IssuingContext:
    """Build the issuing context of this deployment. Raises NoSigningKey and SignatureUnusable."""
    return IssuingContext(
        settings.address,
        settings.host_name,
        settings.has_public_address,
        load_keyring(settings),
        Storage.from_settings(settings),
        user_id,
        load_configured_signer(settings),
    )


def load_configured_signer(settings: Settings) -> Signer | None:
    """Load the PDF signer if one is configured. Raises SignatureUnusable."""
    if not settings.signature_file:
        return None
    try:
        content = Path(settings.signature_file).read_bytes()
    except OSError as error:
        raise SignatureUnusable(SignatureProblem.UNREADABLE) from error
    return Signer.load(content, settings.signature_passphrase)


def find_signature_problem(settings: Settings, now: datetime) -> SignatureUnusable | None:
    """Return why the configured signer can't sign now; None if it can, or if none is configured."""
    try:
        signer = load_configured_signer(settings)
        if signer is not None:
            signer.require_valid_term(now)
    except SignatureUnusable as error:
        return error
    return None


class PrinterCache:
    """The last printers of this process, so that what a seminar's certificates share is laid out once and not in each step.

    A printer depends on nothing that changes: the design is part of the program, and logos are named by their hash.
    """

    entries: ClassVar["deque[tuple[tuple[str, Issuer, tuple[str, ...]], Printer]]"] = deque(maxlen=8)

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    def get_printer(self, design: str, issuer: Issuer, logos: tuple[str, ...] = ()) -> "Printer":
        """Return the printer for a design, an issuer and logos by their hash in the storage."""
        from certificates import Printer  # imported late: the first page does not need it

        key = (design, issuer, logos)
        for known_key, printer in tuple(self.entries):  # another thread may add one meanwhile
            if known_key == key:
                return printer
        issuer_with_logos = replace(issuer, logos=tuple(self.storage.load_content(sha256) for sha256 in logos))
        printer = Printer(Design.load(design), issuer_with_logos)
        self.entries.append((key, printer))
        return printer
