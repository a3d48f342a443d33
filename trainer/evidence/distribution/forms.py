"""Forms of a distribution list: a new line, and one that is there."""

from datetime import date
from typing import Any

from wtforms import DateField, Field
from wtforms.validators import InputRequired, NumberRange, ValidationError

from trainer.evidence.distribution.hand_overs import HandOverFacts
from trainer.evidence.registers.forms import ProofField, validate_year
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.web.editing.conflicts import EditForm
from trainer.web.editing.creation import CreationForm
from trainer.web.forms import BaseForm, CleanField, NumberField

COPIES_NEEDED = _l("Enter how many copies: a whole number from 1.")


class HandOverFields(BaseForm):
    """Copies of a document that somebody received."""

    recipient = CleanField(_l("Recipient"), max_length=250, required=True)
    organisation = CleanField(_l("Organisation"), max_length=200)
    copies = NumberField(
        _l("Copies"), [InputRequired(COPIES_NEEDED), NumberRange(min=1, message=COPIES_NEEDED)], default=1
    )
    handed_on = DateField(_l("Handed out on"), [InputRequired(_l("Enter the day.")), validate_year])
    receipt = ProofField(_l("Receipt"), default=0)
    today: date | None = None

    def __init__(self, *arguments: Any, today: date | None = None, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.today = today

    def validate_handed_on(self, field: Field) -> None:
        """Reject a day to come."""
        if field.data and self.today and field.data > self.today:
            raise ValidationError(_("This day is still to come."))

    def build_facts(self) -> HandOverFacts:
        """Return what was entered."""
        return HandOverFacts(
            str(self.recipient.data),
            self.organisation.data or "",
            int(self.copies.data),
            self.handed_on.data,
            self.receipt.data or None,
        )


class NewHandOverForm(HandOverFields, CreationForm):
    """A new line of a distribution list."""


class HandOverForm(HandOverFields, EditForm):
    """A line of a distribution list."""
