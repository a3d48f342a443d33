"""Tablets: making one, pairing it once by a link, its token, what it may do, taking that away."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, null, select, update
from sqlalchemy.orm import Session, selectinload

from trainer.attendance.models import Device, DeviceSeminar
from trainer.registration.seats.tokens import generate_pass_code, generate_token
from trainer.seminars.models import Seminar, SeminarSession

DEVICES_TABLE, DEVICE_SEMINARS_TABLE = Device.__table__, DeviceSeminar.__table__
SEMINARS_TABLE, SESSIONS_TABLE = Seminar.__table__, SeminarSession.__table__

PAIRING_VALIDITY = timedelta(minutes=10)
SEEN_AT_PRECISION = timedelta(seconds=1)
"""When a tablet was seen is kept as exactly as this."""
IGNORED_DIFFERENCES = {"skew": 1000, "waiting": 0}  # two measurements of a clock differ by some milliseconds
# Asked with every mark, so it is put together once and is no query of the ORM.
PERMIT_QUERY = (
    select(*(DEVICES_TABLE.c[each] for each in ("id", "revoked_at", "seen_at", "waiting", "skew")))
    .add_columns(DEVICE_SEMINARS_TABLE.c.seminar_id, SESSIONS_TABLE.c.id.label("place"))
    .join_from(DEVICES_TABLE, DEVICE_SEMINARS_TABLE, DEVICE_SEMINARS_TABLE.c.device_id == DEVICES_TABLE.c.id)
    .join(SEMINARS_TABLE, SEMINARS_TABLE.c.id == DEVICE_SEMINARS_TABLE.c.seminar_id)
    .outerjoin(SESSIONS_TABLE, SESSIONS_TABLE.c.seminar_id == DEVICE_SEMINARS_TABLE.c.seminar_id)
    .where(DEVICES_TABLE.c.token_sha256 == bindparam("token"))
    .order_by(DEVICE_SEMINARS_TABLE.c.seminar_id)
    .with_for_update(key_share=True, of=SEMINARS_TABLE)
)


class PairingUnknown(Exception):
    """No tablet was ever to be paired by this code."""


class PairingExpired(Exception):
    """The code was used before, or is too old."""


class AlreadyPaired(Exception):
    """The tablet is paired (or revoked): another one is a tablet of its own."""


class TokenUnknown(Exception):
    """No tablet has this token."""


class DeviceRevoked(Exception):
    """The organizer has taken the tablet's right away."""


@dataclass(frozen=True)
class DevicePermit:
    """What a tablet may do: mark attendance in these sessions, each with its seminar."""

    device_id: int
    seminar_ids: frozenset[int]
    seminar_ids_by_session: dict[int, int]


def hash_device_secret(secret: str) -> str:
    """Give the SHA-256 of a secret, which is all that is kept of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_device(
    session: Session, name: str, seminars: Iterable[Seminar], now: datetime, user_id: int | None = None
) -> tuple[Device, str]:
    """Make a tablet that may work in these seminars; gives it with the code that pairs it."""
    device = Device(name=name, seminars=list(seminars), created_at=now, created_by_id=user_id)
    session.add(device)
    session.flush()
    return device, create_pairing_code(device, now)


def create_pairing_code(device: Device, now: datetime) -> str:
    """Give a new code that pairs the tablet; the one before is worth nothing. Raises AlreadyPaired."""
    if device.paired_at or device.revoked_at:
        raise AlreadyPaired
    code = generate_pass_code()
    device.pairing_sha256 = hash_device_secret(code)
    device.pairing_expires_at = now + PAIRING_VALIDITY
    return code


def is_pairing_code_valid(device: Device, code: str, now: datetime) -> bool:
    """Whether this code still pairs the tablet."""
    if device.pairing_sha256 is None or device.pairing_expires_at is None or device.pairing_expires_at <= now:
        return False
    return secrets.compare_digest(device.pairing_sha256, hash_device_secret(code))


def pair_device(session: Session, code: str, now: datetime) -> tuple[Device, str]:
    """Pair the tablet that the code was made for, once; gives it with its token. Raises PairingUnknown and PairingExpired."""
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
    """Find the tablet that speaks. Raises TokenUnknown and DeviceRevoked."""
    device = session.scalar(select(Device).where(Device.token_sha256 == hash_device_secret(token)))
    if device is None:
        raise TokenUnknown
    if device.revoked_at:
        raise DeviceRevoked
    return device


def admit_device(connection: Connection, token: str, now: datetime, **reported: int) -> DevicePermit:
    """Let a tablet in, note that it was seen and what it said of itself (`skew`, `waiting`), and give what it may do.

    Its seminars are locked, so that marks are received in the order in which they are kept. Raises TokenUnknown and DeviceRevoked.
    """
    rows = connection.execute(PERMIT_QUERY, {"token": hash_device_secret(token)}).all() or [
        get_device_without_seminars(connection, token)
    ]
    first = rows[0]._mapping
    if first["revoked_at"]:
        raise DeviceRevoked
    if now - first["seen_at"] >= SEEN_AT_PRECISION or any(
        abs(first[name] - value) > IGNORED_DIFFERENCES[name] for name, value in reported.items()
    ):
        update_device_by_token(connection, token, seen_at=now, **reported)
    return build_permit(first["id"], [(each.seminar_id, each.place) for each in rows])


def get_device_without_seminars(connection: Connection, token: str) -> Row[Any]:
    """Find a tablet that may not work in any seminar any more: it may ask, though. Raises TokenUnknown."""
    nothing = (null().label(each) for each in ("seminar_id", "place"))
    found = connection.execute(
        select(DEVICES_TABLE, *nothing).where(DEVICES_TABLE.c.token_sha256 == hash_device_secret(token))
    ).one_or_none()
    if found is None:
        raise TokenUnknown
    return found


def update_device_by_token(connection: Connection, token: str, **values: datetime | int) -> None:
    """Keep what was seen of a tablet."""
    connection.execute(update(Device).where(Device.token_sha256 == hash_device_secret(token)).values(**values))


def build_permit(device_id: int, rows: Sequence[tuple[int | None, int | None]]) -> DevicePermit:
    """Say what a tablet may do, by the seminars it may work in and their sessions."""
    seminars = frozenset(seminar for seminar, _place in rows if seminar is not None)
    sessions = {place: seminar for seminar, place in rows if seminar is not None and place is not None}
    return DevicePermit(device_id, seminars, sessions)


def get_device_permit(session: Session, device: Device) -> DevicePermit:
    """Give what a tablet may do, whether it was revoked or not: the organizer speaks for it."""
    rows = session.connection().execute(PERMIT_QUERY, {"token": device.token_sha256}).all()
    return build_permit(device.id, [(each.seminar_id, each.place) for each in rows])


def revoke_device(device: Device, now: datetime) -> None:
    """Take the tablet's right away; what it has sent stays."""
    device.revoked_at = device.revoked_at or now


def list_devices(session: Session) -> list[Device]:
    """Every tablet, the newest first; those that were revoked after the others."""
    wanted = select(Device).options(selectinload(Device.seminars))
    return list(session.scalars(wanted.order_by(Device.revoked_at.is_not(None), Device.id.desc())))


def list_seminar_devices(session: Session, seminar: Seminar) -> list[Device]:
    """The tablets that may work in a seminar."""
    wanted = select(Device).join(DeviceSeminar).where(DeviceSeminar.seminar_id == seminar.id)
    return list(session.scalars(wanted.order_by(Device.name, Device.id)))
