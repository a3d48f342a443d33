"""Forms of a file and of upload links."""

from datetime import datetime
from typing import Any

from wtforms import DateTimeLocalField, Field, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional, ValidationError

from trainer.evidence.models import Publicity
from trainer.evidence.uploads.links import LINK_DAYS
from trainer.evidence.wording import EVIDENCE_KIND_NAMES, PUBLICITY_NAMES
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translate import ngettext
from trainer.web.editing.conflicts import EditForm
from trainer.web.editing.creation import CreationForm
from trainer.web.forms import CleanField, TickField, TranslatedField

FIRST_YEAR = 2000


class EvidenceForm(EditForm):
    """What is known about a file."""

    activity = SelectField(_l("Activity"), coerce=int)
    kind = SelectField(_l("What it is"), choices=[SelectChoice(*pair) for pair in EVIDENCE_KIND_NAMES.items()])
    indicators = TickField(_l("Indicators that it proves"), coerce=int)
    month = SelectField(_l("Month that it is for"), default="")
    caption = TranslatedField(_l("Caption"), max_length=300)
    taken_at = DateTimeLocalField(_l("Taken on"), [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    publicity = SelectField(
        _l("Photo consent"),
        choices=[SelectChoice(*pair) for pair in PUBLICITY_NAMES.items()],
        default=Publicity.UNCHECKED,
    )
    local_now: datetime | None = None
    """The time that it is in the project's zone, after which nothing was taken."""

    def validate_taken_at(self, field: Field) -> None:
        """Reject a time to come, and one of another century, as a mistyped year gives it; what is stored stays as it is."""
        if field.data is None or field.data == field.object_data:
            return
        if self.local_now and field.data > self.local_now:
            raise ValidationError(_("This day is still to come."))
        if field.data.year < FIRST_YEAR:
            raise ValidationError(_("Check the year: this day is too long ago."))


class UploadLinkForm(CreationForm):
    """A new upload link."""

    label = CleanField(_l("Who is it for?"), max_length=80, required=True)
    days = SelectField(_l("Valid for"), coerce=int, default=7)

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.days.choices = [SelectChoice(days, ngettext("%(num)d day", "%(num)d days", days)) for days in LINK_DAYS]
