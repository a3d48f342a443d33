"""What time it is: the only place that asks the machine's clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Give the present moment in UTC."""
    return datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """Give today's date in a time zone."""
    return now().astimezone(zone).date()
