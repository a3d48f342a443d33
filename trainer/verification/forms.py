"""Verification forms: the code, a photo of it, or the number with the surname."""

from flask_wtf.file import FileField, FileRequired
from wtforms import Field, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from certificates import MalformedSerial, parse_serial
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.web.forms import BaseForm, CleanField
from trainer.web.text import remove_unshowable_characters

MAX_CODE_TEXT_LENGTH = 6000  # characters; a pasted link with its seal, wrapped by a mail scanner


class LookupField(StringField):  # type: ignore[misc]
    """Text that is looked up and never stored: anything may be pasted, and it is shown again as it was typed."""

    def _value(self) -> str:
        return remove_unshowable_characters(super()._value()[:MAX_CODE_TEXT_LENGTH])


class CodeForm(BaseForm):
    """A code to verify; verification changes nothing, so it needs no token."""

    class Meta:
        csrf = False

    code = LookupField(
        _l("Code on the certificate"),
        [DataRequired(), Length(max=MAX_CODE_TEXT_LENGTH)],
        render_kw={"autocapitalize": "characters", "autocomplete": "off"},
    )


class PhotoForm(BaseForm):
    """A photograph of the code."""

    class Meta:
        csrf = False

    photo = FileField(
        _l("Photo of the code"),
        [FileRequired(_l("Choose a file."))],
        render_kw={"accept": "image/*", "capture": "environment"},
    )


class NumberForm(BaseForm):
    """A number to verify, with the surname, so that nobody learns a name from a number."""

    class Meta:
        csrf = False

    number = CleanField(
        _l("Certificate number"),
        max_length=40,
        required=True,
        render_kw={"autocapitalize": "characters", "autocomplete": "off"},
    )
    surname = CleanField(
        _l("Surname on the certificate"), max_length=80, required=True, render_kw={"autocomplete": "off"}
    )

    def validate_number(self, field: Field) -> None:
        """Validate the number before the register is searched."""
        try:
            parse_serial(field.data)
        except MalformedSerial as error:
            raise ValidationError(_("The number is mistyped. It should look like TM-2025-0007-K.")) from error
