"""Tablets: adding, pairing by a one-time code, tokens, permits, revocation."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, null, select, update
from sqlalchemy.orm import Session, selectinload

from trainer.attendance.models import Device, DeviceSeminar
from trainer.fingerprint import hash_text
from trainer.registration.seats.tokens import generate_pass_code, generate_token
from trainer.seminars.models import Seminar, SeminarSession

DEVICES_TABLE, DEVICE_SEMINARS_TABLE = Device.__table__, DeviceSeminar.__table__
SEMINARS_TABLE, SESSIONS_TABLE = Seminar.__table__, SeminarSession.__table__

PAIRING_VALIDITY = timedelta(minutes=10)
SEEN_AT_PRECISION = timedelta(seconds=1)
"""`seen_at` is updated at most this often."""
IGNORED_DIFFERENCES = {"skew": 1000, "waiting": 0}  # milliseconds, items; smaller differences are not stored
# Runs with every batch: built once, for the tables instead of the ORM, which is faster.
PERMIT_QUERY = (
    select(*(DEVICES_TABLE.c[name] for name in ("id", "revoked_at", "seen_at", "waiting", "skew")))
    .add_columns(DEVICE_SEMINARS_TABLE.c.seminar_id, SESSIONS_TABLE.c.id.label("session_id"))
    .join_from(DEVICES_TABLE, DEVICE_SEMINARS_TABLE, DEVICE_SEMINARS_TABLE.c.device_id == DEVICES_TABLE.c.id)
    .join(SEMINARS_TABLE, SEMINARS_TABLE.c.id == DEVICE_SEMINARS_TABLE.c.seminar_id)
    .outerjoin(SESSIONS_TABLE, SESSIONS_TABLE.c.seminar_id == DEVICE_SEMINARS_TABLE.c.seminar_id)
    .where(DEVICES_TABLE.c.token_sha256 == bindparam("token"))
    .order_by(DEVICE_SEMINARS_TABLE.c.seminar_id)
)
EXCLUSIVE_PERMIT_QUERY = PERMIT_QUERY.with_for_update(of=SEMINARS_TABLE)
SHARED_PERMIT_QUERY = PERMIT_QUERY.with_for_update(read=True, key_share=True, of=SEMINARS_TABLE)


class PairingUnknown(Exception):
    """No tablet has this pairing code."""


class PairingExpired(Exception):
    """The pairing code was used or has expired."""


class AlreadyPaired(Exception):
    """The tablet is paired or revoked and can't get a new code."""


class TokenUnknown(Exception):
    """No tablet has this token."""


class DeviceRevoked(Exception):
    """The tablet was revoked."""


@dataclass(frozen=True)
class DevicePermit:
    """The seminars and sessions in which a device may mark attendance.

    `is_shared` tells whether other batches may be stored in these seminars at the same time.
    """

    device_id: int
    seminar_ids: frozenset[int]
    seminar_ids_by_session: dict[int, int]
    is_shared: bool = False


def hash_device_secret(secret: str) -> str:
    """Return the SHA-256 of a code or token in hexadecimal; only this is stored."""
    return hash_text(secret)


def create_device(
    session: Session, name: str, seminars: Iterable[Seminar], now: datetime, user_id: int | None = None
) -> tuple[Device, str]:
    """Add a tablet for these seminars; return it with its pairing code."""
    device = Device(name=name, seminars=list(seminars), created_at=now, created_by_id=user_id)
    session.add(device)
    session.flush()
    return device, create_pairing_code(device, now)


def create_pairing_code(device: Device, now: datetime) -> str:
    """Return a new pairing code; an earlier one becomes invalid. Raises AlreadyPaired."""
    if device.paired_at or device.revoked_at:
        raise AlreadyPaired
    code = generate_pass_code()
    device.pairing_sha256 = hash_device_secret(code)
    device.pairing_expires_at = now + PAIRING_VALIDITY
    return code


def is_pairing_code_valid(device: Device, code: str, now: datetime) -> bool:
    """Return whether a code can pair the tablet now."""
    if device.pairing_sha256 is None or device.pairing_expires_at is None or device.pairing_expires_at <= now:
        return False
    return secrets.compare_digest(device.pairing_sha256, hash_device_secret(code))


def pair_device(session: Session, code: str, now: datetime) -> tuple[Device, str]:
    """Pair the tablet of a code, which works once; return it with its token. Raises PairingUnknown and PairingExpired."""
    device = session.scalar(select(Device).where(Device.pairing_sha256 == hash_device_secret(code)).with_for_update())
    if device is None:
        raise PairingUnknown
    if device.revoked_at or not is_pairing_code_valid(device, code, now):
        raise PairingExpired
    token = generate_token()
    device.token_sha256 = hash_device_secret(token)
    device.pairing_expires_at = None
    device.paired_at = device.seen_at = now
    return device, token


def get_device_by_token(session: Session, token: str) -> Device:
    """Return the tablet of a token. Raises TokenUnknown and DeviceRevoked."""
    device = session.scalar(select(Device).where(Device.token_sha256 == hash_device_secret(token)))
    if device is None:
        raise TokenUnknown
    if device.revoked_at:
        raise DeviceRevoked
    return device


def admit_device(
    connection: Connection, token: str, now: datetime, *, is_shared: bool, **reported: int
) -> DevicePermit:
    """Record a contact of a tablet with its `reported` columns (`skew`, `waiting`), lock its seminars, and return its permit.

    A shared lock is enough for what does not count seats (see `attendance.locking`). Raises TokenUnknown and DeviceRevoked.
    """
    query = SHARED_PERMIT_QUERY if is_shared else EXCLUSIVE_PERMIT_QUERY
    rows = connection.execute(query, {"token": hash_device_secret(token)}).all() or [
        get_device_without_seminars(connection, token)
    ]
    first = rows[0]._mapping
    if first["revoked_at"]:
        raise DeviceRevoked
    if now - first["seen_at"] >= SEEN_AT_PRECISION or any(
        abs(first[name] - value) > IGNORED_DIFFERENCES[name] for name, value in reported.items()
    ):
        update_device_by_token(connection, token, seen_at=now, **reported)
    return build_permit(first["id"], [(row.seminar_id, row.session_id) for row in rows], is_shared)


def get_device_without_seminars(connection: Connection, token: str) -> Row[Any]:
    """Return the row of a tablet that has no seminar any more, shaped as PERMIT_QUERY's. Raises TokenUnknown."""
    nulls = (null().label(name) for name in ("seminar_id", "session_id"))
    row = connection.execute(
        select(DEVICES_TABLE, *nulls).where(DEVICES_TABLE.c.token_sha256 == hash_device_secret(token))
    ).one_or_none()
    if row is None:
        raise TokenUnknown
    return row


def update_device_by_token(connection: Connection, token: str, **values: datetime | int | None) -> None:
    """Set columns of the tablet of a token."""
    connection.execute(update(Device).where(Device.token_sha256 == hash_device_secret(token)).values(**values))


def build_permit(
    device_id: int, rows: Sequence[tuple[int | None, int | None]], is_shared: bool = False
) -> DevicePermit:
    """Return the permit of a device from rows of seminar id and session id."""
    seminar_ids = frozenset(seminar_id for seminar_id, _session in rows if seminar_id is not None)
    seminar_ids_by_session = {
        session_id: seminar_id for seminar_id, session_id in rows if seminar_id is not None and session_id is not None
    }
    return DevicePermit(device_id, seminar_ids, seminar_ids_by_session, is_shared)


def get_device_permit(session: Session, device: Device) -> DevicePermit:
    """Lock the seminars of a tablet and return its permit, even of a revoked one, for an import by the organizer."""
    rows = session.connection().execute(EXCLUSIVE_PERMIT_QUERY, {"token": device.token_sha256}).all()
    return build_permit(device.id, [(row.seminar_id, row.session_id) for row in rows])


def revoke_device(device: Device, now: datetime) -> None:
    """Revoke a tablet; the items it has sent stay."""
    device.revoked_at = device.revoked_at or now


def list_devices(session: Session, of_seminars: ColumnElement[bool]) -> list[Device]:
    """Return the tablets whose seminars all fulfil a condition, the newest first, revoked ones last."""
    own = Device.seminars.any() & ~Device.seminars.any(~of_seminars)
    query = select(Device).where(own).options(selectinload(Device.seminars))
    return list(session.scalars(query.order_by(Device.revoked_at.is_not(None), Device.id.desc())))


def list_seminar_devices(session: Session, seminar: Seminar) -> list[Device]:
    """Return the tablets of a seminar by name."""
    query = select(Device).join(DeviceSeminar).where(DeviceSeminar.seminar_id == seminar.id)
    return list(session.scalars(query.order_by(Device.name, Device.id)))


def map_seminar_devices(session: Session, seminar_ids: Sequence[int]) -> dict[int, list[Device]]:
    """Return the tablets that are not revoked by the seminars in which they may mark attendance, with one query."""
    query = select(DeviceSeminar.seminar_id, Device).join(Device, Device.id == DeviceSeminar.device_id)
    query = query.where(DeviceSeminar.seminar_id.in_(seminar_ids), Device.revoked_at.is_(None)).order_by(Device.name)
    devices: dict[int, list[Device]] = {}
    for seminar_id, device in session.execute(query):
        devices.setdefault(seminar_id, []).append(device)
    return devices
