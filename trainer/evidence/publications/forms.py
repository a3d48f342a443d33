"""Forms of a publication and of its views."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request
from wtforms import BooleanField, DateField, Field, SearchField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from trainer.evidence.models import EvidenceItem
from trainer.evidence.publications.entries import MAX_OUTLET
from trainer.evidence.publications.networks import MAX_LENGTH, AddressRefused, PublicationAddress, parse_address
from trainer.evidence.publications.wording import PUBLICATION_KIND_NAMES, REFUSAL_SENTENCES
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.web.editing.conflicts import EditForm
from trainer.web.editing.creation import CreationForm
from trainer.web.forms import BaseForm, CleanField, FreeTextField, NumberField, TickField, TranslatedField
from trainer.web.text import clean_query

EARLIEST_YEAR = 2000
FIND_BUTTON = "find"


class AddressField(FreeTextField):
    """Field for the address of a page. Its digits are no numbers of people."""

    text_validators = ()


class ViewsField(NumberField):
    """Field for a number of views, which may be written with blanks between the thousands."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(["".join(value.split()) for value in valuelist])


class PublicationFields(BaseForm):
    """What is known about a publication. The button that finds files shows the form again and saves nothing."""

    address = AddressField(
        _l("Address"), max_length=2 * MAX_LENGTH, render_kw={"inputmode": "url", "autocomplete": "off"}
    )
    outlet = CleanField(_l("Outlet, channel or account"), max_length=MAX_OUTLET)
    kind = SelectField(_l("What it is"), choices=[SelectChoice(*pair) for pair in PUBLICATION_KIND_NAMES.items()])
    title = TranslatedField(_l("Title"), max_length=300)
    published_on = DateField(_l("Published on"), [InputRequired(_l("Enter the day of the publication."))])
    activity = SelectField(_l("Activity"), coerce=int, default=0)
    indicators = TickField(_l("Indicators that it proves"), coerce=int)
    screenshots = TickField(_l("Screenshots"), coerce=int)
    files = SearchField(_l("Name or caption of a file"), filters=[lambda text: clean_query(text or "")])
    parsed_address: PublicationAddress | None = None
    offered_files: Sequence[EvidenceItem] = ()
    """The files that `screenshots` offers."""
    today = date.max

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Return whether the form was submitted to be saved and is valid."""
        return FIND_BUTTON not in request.form and super().validate_on_submit(extra_validators)

    def validate_address(self, field: Field) -> None:
        """Read the address, or explain why it is not taken."""
        self.parsed_address = None
        if not field.data:
            return
        try:
            self.parsed_address = parse_address(field.data)
        except AddressRefused as refused:
            raise ValidationError(REFUSAL_SENTENCES[refused.reason]) from refused

    def validate_published_on(self, field: Field) -> None:
        """Reject a day to come, and one of another century, as a mistyped year gives it."""
        if field.data and field.data > self.today:
            raise ValidationError(_("This day is still to come."))
        if field.data and field.data.year < EARLIEST_YEAR:
            raise ValidationError(_("Check the year: this day is too long ago."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate the fields; what has no address needs an outlet and a title by which it can be found."""
        is_valid = bool(super().validate(extra_validators))
        if not self.address.data:
            if not self.outlet.data:
                self.outlet.errors = [
                    *self.outlet.errors,
                    _("Without an address, enter the newspaper, the television channel or another publisher."),
                ]
            if not self.title.value:
                self.title.form.kk.errors = [_("Without an address, enter the title.")]
            is_valid = is_valid and bool(self.outlet.data and self.title.value)
        return is_valid


class NewPublicationForm(PublicationFields, CreationForm):
    """A new publication."""


class PublicationForm(PublicationFields, EditForm):
    """Changes of a publication."""


class ViewsForm(CreationForm):
    """The views of a publication as of a day."""

    views = ViewsField(_l("Views"), [InputRequired(_l("Enter a whole number."))])
    counted_on = DateField(_l("As of"), [InputRequired(_l("Enter the day on which the views were counted."))])
    is_certain = BooleanField(_l("The number is right"))
    published_on = date.min
    today = date.max

    def validate_views(self, field: Field) -> None:
        """Reject a negative number."""
        if field.data is not None and field.data < 0:
            raise ValidationError(_("Views can’t be fewer than none. Enter a whole number."))

    def validate_counted_on(self, field: Field) -> None:
        """Reject a day to come, and one before the publication."""
        if field.data and field.data > self.today:
            raise ValidationError(_("This day is still to come."))
        if field.data and field.data < self.published_on:
            raise ValidationError(_("It was published later. Correct the day here or at the publication."))
