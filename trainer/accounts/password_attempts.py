"""Counting attempts at passwords, and the growing delay after too many that failed.

Attempts count against the account that was named, whether it exists or not, and against the network address. They are
counted in the database, which all servers share, and before the password is checked, so that attempts sent at the same
moment can't get past the count; the right password takes its own attempt back. During a delay no password is checked:
the right one is refused with the same sentence. A delay is not prolonged by attempts that it refuses.

A browser in which somebody has signed in to the account before (`known_browsers`) is counted by itself instead, so that
strangers, who can delay an account for everybody else, never delay its owner there. Sign-in links are not affected, and
open browsers stay signed in.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from math import ceil

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from trainer.accounts.models import PasswordAttempts
from trainer.tasks import delete_where

FREE_FAILURES_PER_ACCOUNT = 5
FREE_FAILURES_PER_ADDRESS = 20  # an office shares one
FIRST_DELAY = timedelta(minutes=1)  # doubled with every further failure
MAX_DELAY = timedelta(minutes=15)
FORGET_AFTER = timedelta(hours=24)
IPV6_PREFIX_BITS = 64  # one household or server
INSERTS = {module.__name__.rpartition(".")[2]: module.insert for module in (postgresql, sqlite)}


class PasswordsDelayed(Exception):
    """No password is checked for this account or address before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until

    def count_seconds(self, now: datetime) -> int:
        """Return how many seconds are left, rounded up."""
        return ceil((self.until - now).total_seconds())


@dataclass(frozen=True)
class AttemptKeys:
    """The counts that an attempt belongs to, as they are stored: keyed by the secret of the deployment."""

    own: str
    """The account, or the browser that is known to it: the right password starts it anew."""
    address: str
    """The network address; empty for a known browser, whose address counts the attempts of strangers."""

    @classmethod
    def build(cls, secret: str, email: str, address: str, known_browser: str = "") -> "AttemptKeys":
        """Return the keys for an e-mail address as typed, an IP address and the token of a known browser, if it is one."""
        account = normalise_account(email)
        if known_browser:
            return cls(hash_key(secret, f"browser {known_browser} {account}"), "")
        return cls(hash_key(secret, f"account {account}"), hash_key(secret, f"address {find_network(address)}"))


def normalise_account(email: str) -> str:
    """Return an e-mail address as attempts are counted by, however it was typed."""
    return email.strip().casefold()


def hash_key(secret: str, text: str) -> str:
    """Return the HMAC-SHA-256 of a text in hexadecimal."""
    return hmac.new(secret.encode(), text.encode(errors="replace"), hashlib.sha256).hexdigest()


def find_network(address: str) -> str:
    """Return an IPv4 address as it is, and the prefix of an IPv6 address, whose rest a visitor chooses freely."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(getattr(parsed, "ipv4_mapped", None) or int(parsed) >> (128 - IPV6_PREFIX_BITS))


def compute_delay(failures: int, free_failures: int) -> timedelta:
    """Return how long no password is checked after a number of failures."""
    excess = failures - free_failures
    return timedelta(0) if excess < 0 else min(MAX_DELAY, FIRST_DELAY * 2 ** min(excess, 10))


def count_attempt(session: Session, keys: AttemptKeys, moment: datetime) -> None:
    """Count an attempt as failed before its password is checked. Raises PasswordsDelayed, counting nothing."""
    counts = lock_attempts(session, keys, moment)
    until = max(attempts.blocked_until for attempts in counts.values())
    if until > moment:
        raise PasswordsDelayed(until)
    for key, attempts in counts.items():
        is_forgotten = attempts.last_at <= moment - FORGET_AFTER
        attempts.failures = 1 if is_forgotten else attempts.failures + 1
        attempts.last_at = moment
        free_failures = FREE_FAILURES_PER_ADDRESS if key == keys.address else FREE_FAILURES_PER_ACCOUNT
        attempts.blocked_until = moment + compute_delay(attempts.failures, free_failures)


def take_back_attempt(session: Session, keys: AttemptKeys, moment: datetime) -> None:
    """Undo the count of an attempt whose password was right; the account, or the known browser, starts anew."""
    counts = lock_attempts(session, keys, moment)
    session.delete(counts[keys.own])
    address = counts.get(keys.address)
    if address is not None:
        address.failures = max(0, address.failures - 1)
        if address.failures < FREE_FAILURES_PER_ADDRESS:
            address.blocked_until = moment


def lock_attempts(session: Session, keys: AttemptKeys, moment: datetime) -> dict[str, PasswordAttempts]:
    """Return the counts of an attempt by key, locked until the end of the transaction."""
    own_keys = sorted(
        filter(None, (keys.own, keys.address))
    )  # locked in one order, so that two attempts can't wait for each other
    insert = INSERTS[session.connection().dialect.name]
    new = [{"key_hash": key, "failures": 0, "last_at": moment, "blocked_until": moment} for key in own_keys]
    session.execute(insert(PasswordAttempts).on_conflict_do_nothing(), new)
    query = select(PasswordAttempts).where(PasswordAttempts.key_hash.in_(own_keys)).order_by(PasswordAttempts.key_hash)
    locked = session.scalars(query.with_for_update().execution_options(populate_existing=True))
    return {attempts.key_hash: attempts for attempts in locked}


delete_forgotten_attempts = delete_where(PasswordAttempts, lambda now: PasswordAttempts.last_at <= now - FORGET_AFTER)
"""Delete the counts whose last attempt is so old that it does not matter any more. A background job."""
