"""Verification forms: the code, a photo of it, or the number with the surname."""

from flask_wtf.file import FileField, FileRequired
from wtforms import Field
from wtforms.validators import ValidationError

from certificates import MalformedSerial, parse_serial
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.web.forms import BaseForm, CleanField


class CodeForm(BaseForm):
    """A code to verify; verification changes nothing, so it needs no token."""

    class Meta:
        csrf = False

    code = CleanField(
        _l("Code on the certificate"),
        max_length=60,
        required=True,
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
