"""What an organizer does with the cards of manual messages."""

from urllib.parse import urlsplit

from tests.page import Page
from tests.visitor import Visitor


def open_card(visitor: Visitor, message_id: int) -> Page:
    """Claim a message and return its card, on which the form `sent` marks it as sent."""
    return visitor.follow(visitor.submit(f"/desk/messages/queue/{message_id}"))


def open_next_card(visitor: Visitor) -> tuple[str, Page]:
    """Press the button of the queue; return the address to which it leads, and that page."""
    answer = visitor.submit("/desk/messages/queue", form=0)
    return str(answer.location), visitor.follow(answer)


def press_button(visitor: Visitor, card: str, action: str, **changes: str) -> tuple[str, Page]:
    """Press a button of the card at an address; return the address to which it leads, and that page."""
    _action, fields = visitor.get(card).read_form("sent")
    answer = visitor.post(f"/desk/messages/{get_message_id(card)}/{action}", {**fields, **changes})
    return str(answer.location), visitor.follow(answer)


def get_message_id(card: str) -> int:
    """Return the id of the message in the address of its card."""
    return int(urlsplit(card).path.rpartition("/")[2])
