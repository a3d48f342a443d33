"""Filters and order of the organizer's list, as in the query string of its URL."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from trainer.registration.models import (
    RegistrationStatus,
)
from trainer.web.paging import parse_page


class ListOrder(StrEnum):
    """Order of the list."""

    NAME = "name"
    TIME = "time"
    QUEUE = "queue"


@dataclass(frozen=True)
class RegistrationFilter:
    """The filters, order and page of the list, as in the query string of its URL; None and "" filter nothing.

    Without a status, superseded and merged registrations are left out.
    """

    query: str = ""
    state: RegistrationStatus | None = None
    photo: bool | None = None
    email: bool | None = None
    confirmed: bool | None = None
    consent: bool | None = None
    order: ListOrder | None = None
    page: int = 1

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str]) -> "RegistrationFilter":
        """Return the filter of a query string; invalid values are ignored."""
        return cls(
            query=" ".join(arguments.get("query", "").replace("\x00", " ").split())[:100],
            state=RegistrationStatus(arguments["state"])
            if arguments.get("state") in tuple(RegistrationStatus)
            else None,
            order=ListOrder(arguments["order"]) if arguments.get("order") in tuple(ListOrder) else None,
            page=parse_page(arguments.get("page", "")),
            **{name: YES_NO.get(arguments.get(name, "")) for name in ("photo", "email", "confirmed", "consent")},
        )

    def to_arguments(self, **changes: Any) -> dict[str, Any]:
        """Return the query arguments of this filter with some of its fields changed; defaults are left out."""
        values = asdict(replace(self, **changes))
        arguments = {name: format_argument(value) for name, value in values.items() if value not in (None, "")}
        return {name: argument for name, argument in arguments.items() if (name, argument) != ("page", "1")}

    @property
    def is_narrowed(self) -> bool:
        """Return whether a filter other than query and status, or an order, is set."""
        return any(value is not None for value in (self.photo, self.email, self.confirmed, self.consent, self.order))

    @property
    def effective_order(self) -> ListOrder:
        """Return the order that was set; by default by position for the waiting list, else by name."""
        return self.order or (ListOrder.QUEUE if self.state == RegistrationStatus.WAITING else ListOrder.NAME)


YES_NO = {"yes": True, "no": False}


def format_argument(value: Any) -> str:
    """Return a filter value as it is written in a query string."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
