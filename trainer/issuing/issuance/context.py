"""What issuing needs besides the database: the address where certificates are checked, the keys, the files, the paper."""

from dataclasses import dataclass, replace
from pathlib import Path

from certificates import Design, Issuer, Keyring, Printer, Signer
from trainer.issuing.issuance.keys import keyring
from trainer.settings import Settings
from trainer.storage import Storage


@dataclass(frozen=True)
class Press:
    """What a certificate is made with on this copy."""

    address: str
    host: str
    public: bool
    keyring: Keyring
    storage: Storage
    user_id: int | None = None
    signer: Signer | None = None


def press(settings: Settings, user_id: int | None = None) -> Press:
    """Put together what issuing needs on this copy; raises NoSigningKey."""
    return Press(
        settings.address,
        settings.host_name,
        settings.public,
        keyring(settings),
        Storage.of(settings),
        user_id,
        signer_of(settings),
    )


def signer_of(settings: Settings) -> Signer | None:
    """Load what signs the files, where it is configured. Raises MalformedKey and OSError."""
    if not settings.signature_file:
        return None
    return Signer.load(Path(settings.signature_file).read_bytes(), settings.signature_passphrase)


class Printers:
    """The printers of one batch: what people of a seminar share is laid out once for all of them."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.made: list[tuple[tuple[str, Issuer, tuple[str, ...]], Printer]] = []

    def printer(self, design: str, issuer: Issuer, logos: tuple[str, ...] = ()) -> Printer:
        """Give the printer for a design, an issuer and logos by their hash in the storage."""
        wanted = (design, issuer, logos)
        for known, printer in self.made:
            if known == wanted:
                return printer
        pictured = replace(issuer, logos=tuple(self.storage.get(each) for each in logos))
        self.made.append((wanted, Printer(Design.load(design), pictured)))
        return self.made[-1][1]
