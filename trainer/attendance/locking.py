"""Which batches of marks wait for each other on PostgreSQL, and which changes a tablet may have missed.

Marks of different people are stored at the same time. Each batch holds, until its transaction ends,

- a share of its seminars' rows (FOR KEY SHARE), so that whoever locks a seminar waits for marks on their way, and they for them:
  decisions about conflicts, merges, seats;
- the people that it marks, as advisory locks, so that marks of one person are stored one after the other: `received_at` follows
  the order of commits, and the later of two conflicting marks sees the earlier one;
- its time, as a shared advisory lock: marks with a later `received_at` may be visible earlier, so the changes sent to a tablet
  count as complete only until the oldest of these times.

On SQLite writing transactions run one after another, which is all that is needed.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, text

from trainer.clock import now

BATCH_LOCKS, PEOPLE_LOCKS = 0x7472_6201, 0x7472_6202  # namespaces of PostgreSQL's advisory locks with two numbers
PEOPLE_LOCK_COUNT = 64
"""People share this many locks: a batch of hundreds would otherwise fill the table of locks of the server."""
STAMP_RANGE = 2**31  # milliseconds, 24 days; more than any transaction lasts
OTHER_BATCHES = """
    SELECT array_agg(objid::bigint) FROM pg_locks
    WHERE locktype = 'advisory' AND classid = :batches AND objsubid = 2 AND pid <> pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
FIND_OTHER_BATCHES = text(OTHER_BATCHES)
LOCK_PEOPLE = text(
    f"""SELECT ({OTHER_BATCHES}), pg_advisory_xact_lock_shared(:batches, :stamp),
    (SELECT count(pg_advisory_xact_lock(:people, number)) FROM unnest(CAST(:numbers AS int[])) AS number)"""  # noqa: S608
)


class BatchTimes(NamedTuple):
    """When the marks of a batch are received, and until when the changes made by others are complete."""

    received_at: datetime
    complete_until: datetime


def lock_people(connection: Connection, registration_ids: Iterable[int]) -> BatchTimes:
    """Lock people until the end of the transaction, and return its times; the share of their seminars must be held.

    What is read by the next statement holds all changes until `complete_until`.
    """
    moment = now()
    numbers = sorted({registration_id % PEOPLE_LOCK_COUNT for registration_id in registration_ids})
    if connection.dialect.name == "sqlite" or not numbers:
        return BatchTimes(moment, find_complete_time(connection, moment))
    values = {"batches": BATCH_LOCKS, "people": PEOPLE_LOCKS, "stamp": compute_stamp(moment), "numbers": numbers}
    stamps = connection.execute(LOCK_PEOPLE, values).scalar()
    return BatchTimes(now(), subtract_oldest(moment, stamps or ()))


def find_complete_time(connection: Connection, moment: datetime) -> datetime:
    """Return until when the next statement sees all changes: until this moment, or until a batch began that is on its way."""
    if connection.dialect.name == "sqlite":
        return moment
    return subtract_oldest(moment, connection.execute(FIND_OTHER_BATCHES, {"batches": BATCH_LOCKS}).scalar() or ())


def compute_stamp(moment: datetime) -> int:
    """Return the milliseconds of a moment modulo STAMP_RANGE, by which a batch is known while it is on its way."""
    return int(moment.timestamp() * 1000) % STAMP_RANGE


def subtract_oldest(moment: datetime, stamps: Iterable[int]) -> datetime:
    """Return a time before the oldest of the batches with these stamps; the moment if none began before it."""
    ages = ((compute_stamp(moment) - stamp) % STAMP_RANGE for stamp in stamps)
    begun_before = [age for age in ages if age < STAMP_RANGE // 2]
    return moment - timedelta(milliseconds=max(begun_before) + 1) if begun_before else moment
