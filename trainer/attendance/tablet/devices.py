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
from trainer.registration.seats.enrolment import new_pass_code, new_token
from trainer.seminars.models import Seminar, SeminarSession

DEVICES, WORKS_IN = Device.__table__, DeviceSeminar.__table__
SEMINARS, PLACES = Seminar.__table__, SeminarSession.__table__

PAIRING = timedelta(minutes=10)
NOTED = timedelta(seconds=1)
"""When a tablet was seen is kept as exactly as this."""
JITTER = {"skew": 1000, "waiting": 0}  # two measurements of a clock differ by some milliseconds
# Asked with every mark, so it is put together once and is no query of the ORM.
PERMIT = (
    select(*(DEVICES.c[each] for each in ("id", "revoked_at", "seen_at", "waiting", "skew")))
    .add_columns(WORKS_IN.c.seminar_id, PLACES.c.id.label("place"))
    .join_from(DEVICES, WORKS_IN, WORKS_IN.c.device_id == DEVICES.c.id)
    .join(SEMINARS, SEMINARS.c.id == WORKS_IN.c.seminar_id)
    .outerjoin(PLACES, PLACES.c.seminar_id == WORKS_IN.c.seminar_id)
    .where(DEVICES.c.token_sha256 == bindparam("token"))
    .order_by(WORKS_IN.c.seminar_id)
    .with_for_update(key_share=True, of=SEMINARS)
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
class Permit:
    """What a tablet may do: mark attendance in these sessions, each with its seminar."""

    device_id: int
    seminars: frozenset[int]
    sessions: dict[int, int]


def digest(text: str) -> str:
    """Give the SHA-256 of a secret, which is all that is kept of it."""
    return hashlib.sha256(text.encode()).hexdigest()


def make_device(
    session: Session, name: str, seminars: Iterable[Seminar], now: datetime, user_id: int | None = None
) -> tuple[Device, str]:
    """Make a tablet that may work in these seminars; gives it with the code that pairs it."""
    device = Device(name=name, seminars=list(seminars), made_at=now, made_by_id=user_id)
    session.add(device)
    session.flush()
    return device, new_pairing(device, now)


def new_pairing(device: Device, now: datetime) -> str:
    """Give a new code that pairs the tablet; the one before is worth nothing. Raises AlreadyPaired."""
    if device.paired_at or device.revoked_at:
        raise AlreadyPaired
    code = new_pass_code()
    device.pairing_sha256 = digest(code)
    device.pairing_until = now + PAIRING
    return code


def pairs_by(device: Device, code: str, now: datetime) -> bool:
    """Whether this code still pairs the tablet."""
    if device.pairing_sha256 is None or device.pairing_until is None or device.pairing_until <= now:
        return False
    return secrets.compare_digest(device.pairing_sha256, digest(code))


def pair(session: Session, code: str, now: datetime) -> tuple[Device, str]:
    """Pair the tablet that the code was made for, once; gives it with its token. Raises PairingUnknown and PairingExpired."""
    device = session.scalar(select(Device).where(Device.pairing_sha256 == digest(code)).with_for_update())
    if device is None:
        raise PairingUnknown
    if device.revoked_at or not pairs_by(device, code, now):
        raise PairingExpired
    token = new_token()
    device.token_sha256 = digest(token)
    device.pairing_until = None
    device.paired_at = device.seen_at = now
    return device, token


def device_of_token(session: Session, token: str) -> Device:
    """Find the tablet that speaks. Raises TokenUnknown and DeviceRevoked."""
    device = session.scalar(select(Device).where(Device.token_sha256 == digest(token)))
    if device is None:
        raise TokenUnknown
    if device.revoked_at:
        raise DeviceRevoked
    return device


def admit(line: Connection, token: str, now: datetime, **said: int) -> Permit:
    """Let a tablet in, note that it was seen and what it said of itself (`skew`, `waiting`), and give what it may do.

    Its seminars are locked, so that marks are received in the order in which they are kept. Raises TokenUnknown and DeviceRevoked.
    """
    rows = line.execute(PERMIT, {"token": digest(token)}).all() or [without_seminars(line, token)]
    first = rows[0]._mapping
    if first["revoked_at"]:
        raise DeviceRevoked
    if now - first["seen_at"] >= NOTED or any(abs(first[name] - value) > JITTER[name] for name, value in said.items()):
        note(line, token, seen_at=now, **said)
    return permitted(first["id"], [(each.seminar_id, each.place) for each in rows])


def without_seminars(line: Connection, token: str) -> Row[Any]:
    """Find a tablet that may not work in any seminar any more: it may ask, though. Raises TokenUnknown."""
    nothing = (null().label(each) for each in ("seminar_id", "place"))
    found = line.execute(select(DEVICES, *nothing).where(DEVICES.c.token_sha256 == digest(token))).one_or_none()
    if found is None:
        raise TokenUnknown
    return found


def note(line: Connection, token: str, **seen: datetime | int) -> None:
    """Keep what was seen of a tablet."""
    line.execute(update(Device).where(Device.token_sha256 == digest(token)).values(**seen))


def permitted(device_id: int, rows: Sequence[tuple[int | None, int | None]]) -> Permit:
    """Say what a tablet may do, by the seminars it may work in and their sessions."""
    seminars = frozenset(seminar for seminar, _place in rows if seminar is not None)
    sessions = {place: seminar for seminar, place in rows if seminar is not None and place is not None}
    return Permit(device_id, seminars, sessions)


def permit_of(session: Session, device: Device) -> Permit:
    """Give what a tablet may do, whether it was revoked or not: the organizer speaks for it."""
    rows = session.connection().execute(PERMIT, {"token": device.token_sha256}).all()
    return permitted(device.id, [(each.seminar_id, each.place) for each in rows])


def revoke(device: Device, now: datetime) -> None:
    """Take the tablet's right away; what it has sent stays."""
    device.revoked_at = device.revoked_at or now


def all_devices(session: Session) -> list[Device]:
    """Every tablet, the newest first; those that were revoked after the others."""
    wanted = select(Device).options(selectinload(Device.seminars))
    return list(session.scalars(wanted.order_by(Device.revoked_at.is_not(None), Device.id.desc())))


def devices_of(session: Session, seminar: Seminar) -> list[Device]:
    """The tablets that may work in a seminar."""
    wanted = select(Device).join(DeviceSeminar).where(DeviceSeminar.seminar_id == seminar.id)
    return list(session.scalars(wanted.order_by(Device.name, Device.id)))
