"""New passwords for forgotten ones: a letter with a link that works once.

The request does the same whether an account has the address or not: it counts and queues. Only the background job, which
nobody who asks can watch, looks for the account.
"""

import secrets
from datetime import datetime, timedelta

from flask_babel import force_locale
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trainer import audit
from trainer.account_mail.letter_queue import WrittenLetter, queue_account_letter
from trainer.account_mail.models import AccountLetter, PasswordReset
from trainer.accounts.models import PasswordAttempts, SignedInBrowser, User
from trainer.accounts.password_attempts import AttemptKeys, count_attempt, find_network, hash_key, normalise_account
from trainer.fingerprint import hash_text
from trainer.language.translate import gettext as _
from trainer.settings import get_settings
from trainer.tasks import delete_where

NEW_PASSWORD = "new-password"  # noqa: S105
RESET_LIFETIME = timedelta(hours=1)


class PasswordResetInvalid(Exception):
    """The link does not exist, has been used or has expired, or its account has another address now."""


def request_password_reset(
    session: Session, email: str, network_address: str, language: str, secret: str, now: datetime
) -> None:
    """Queue a letter to an address, whether an account has it or not. Raises PasswordsDelayed after too many requests.

    Requests are counted like wrong passwords, by the address that is typed and by the network address, but apart from them.
    """
    account = normalise_account(email)
    keys = AttemptKeys(
        hash_key(secret, f"letter account {account}"),
        hash_key(secret, f"letter address {find_network(network_address)}"),
    )
    count_attempt(session, keys, now)
    queue_account_letter(session, NEW_PASSWORD, account, language, now)


def write_reset_letter(session: Session, letter: AccountLetter, now: datetime) -> WrittenLetter | None:
    """Write the letter with a new link; None if no active account has the address, or the letter waited too long."""
    user = session.scalar(select(User).where(User.email == letter.address, User.active))
    if user is None or letter.created_at + RESET_LIFETIME <= now:
        return None
    token = secrets.token_urlsafe(32)
    expires_at = now + RESET_LIFETIME
    session.add(PasswordReset(user=user, token_hash=hash_text(token), address=user.email, expires_at=expires_at))
    with force_locale(user.language):
        parts = (
            _("Someone has asked for a new password for your account at %(host)s.", host=get_settings().host_name),
            _("If it was you, set the new password here. The link works once, within one hour:"),
            f"{get_settings().address}/new-password/{token}",
            _("If it was not you, do nothing: your password stays as it is."),
        )
        return WrittenLetter(_("New password"), "\n\n".join(parts) + "\n", user.language)


def get_password_reset(session: Session, token: str, now: datetime) -> PasswordReset:
    """Return the valid link with this token. Raises PasswordResetInvalid."""
    reset = session.scalar(select(PasswordReset).where(PasswordReset.token_hash == hash_text(token)))
    if reset is None or reset.expires_at <= now or not reset.user.active or reset.user.email != reset.address:
        raise PasswordResetInvalid
    return reset


def use_password_reset(session: Session, token: str, password_hash: str, secret: str, now: datetime) -> User:
    """Set a new password, sign the user out everywhere, and void every link. Raises PasswordResetInvalid.

    Of two simultaneous calls, one succeeds. Whoever has the mailbox is the owner, so the delay that strangers' wrong
    passwords may have caused ends. The second step stays as it is.
    """
    reset = get_password_reset(session, token, now)
    user = reset.user
    claim = delete(PasswordReset).where(PasswordReset.id == reset.id)
    if session.execute(claim).rowcount != 1:  # type: ignore[attr-defined]
        raise PasswordResetInvalid
    audit.set_actor(session, "user", user.id)
    user.password = password_hash
    session.execute(delete(PasswordReset).where(PasswordReset.user_id == user.id))
    session.execute(delete(SignedInBrowser).where(SignedInBrowser.user_id == user.id))
    own_count = AttemptKeys.build(secret, user.email, "").own
    session.execute(delete(PasswordAttempts).where(PasswordAttempts.key_hash == own_count))
    return user


delete_expired_resets = delete_where(PasswordReset, lambda now: PasswordReset.expires_at <= now)
"""Delete links that have expired. A background job."""
