"""Forms for tablets: adding one, and importing the queue of a tablet as a file."""

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput

from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.web.forms import BaseForm, CleanField


class SeminarsField(SelectMultipleField):  # type: ignore[misc]
    """Checkboxes for seminars."""

    option_widget = CheckboxInput()


def require_ticked_seminar(_form: BaseForm, field: SeminarsField) -> None:
    """Require at least one ticked seminar. HTML's `required` would demand all of them."""
    if not field.data and not field.errors:
        raise ValidationError(_("Tick at least one seminar."))


class DeviceForm(BaseForm):
    """Name and seminars of a tablet."""

    name = CleanField(_l("Tablet name"), max_length=80, required=True, render_kw={"autocomplete": "off"})
    seminars = SeminarsField(_l("Seminars"), [require_ticked_seminar], coerce=int)


class QueueFileForm(BaseForm):
    """The queue file of a tablet."""

    file = FileField(_l("File from the tablet"), [FileRequired(_l("Choose a file."))])
