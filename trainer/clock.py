"""The current time. No other module reads the system clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the current time as an aware datetime in UTC."""
    return datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """Return the current date in a time zone."""
    return now().astimezone(zone).date()
