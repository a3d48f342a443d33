"""Why an answer of an authenticator is not taken."""

from trainer.passkeys.models import Passkey


class PasskeyRefused(Exception):
    """The answer is not one of a passkey of the right account to the right challenge, at the right address."""


class PasskeyCopied(PasskeyRefused):
    """The counter of the passkey has not grown: two authenticators seem to have the same key."""

    def __init__(self, passkey: Passkey, sign_count: int) -> None:
        super().__init__(passkey.id, sign_count)
        self.passkey, self.sign_count = passkey, sign_count
