"""Table of the rate limits, for several processes without Redis."""

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from trainer.base import Base


class RateLimitWindow(Base):
    """How often something was asked for since a moment. On PostgreSQL the table is unlogged: after a crash it is empty."""

    __tablename__ = "rate_limit_window"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    """A hash: the limits name addresses and phone numbers."""
    ends_at: Mapped[float] = mapped_column(Float(53), index=True)
    """In seconds since 1970."""
    number: Mapped[int]
