"""The public registration form."""

from dataclasses import fields
from typing import Any

from wtforms import BooleanField, Field, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Regexp, ValidationError

from trainer.language import LANGUAGE_NAMES, LANGUAGES
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.people.names import NamePartRequired, validate_printable_name
from trainer.registration.form.question_fields import QuestionAnswersForm
from trainer.registration.seats.applicant import Applicant
from trainer.web.forms import BaseForm, CleanField, EmailField, PhoneField, validate_name_letters


def validate_left_empty(_form: Any, _field: Field) -> None:
    """Refuse any value: people do not see the field, only programs fill it in."""
    raise ValidationError(_("Leave this field empty: it is visible only to programs that fill in forms automatically."))


class HoneypotField(CleanField):
    """Field hidden from people; a value means that a program filled in the form."""

    own_validators = (validate_left_empty,)


def read_applicant(form: BaseForm) -> Applicant:
    """Return the fields of a valid form that describe a person; missing values become empty strings."""
    return Applicant(**{field.name: form[field.name].data or "" for field in fields(Applicant)})


class RegistrationForm(QuestionAnswersForm):
    """The public registration form.

    The nonce identifies one rendered form; the versions identify the consent text and the questions that it showed.
    """

    surname = CleanField(
        _l("Surname"),
        [validate_name_letters, validate_printable_name],
        max_length=80,
        presence=NamePartRequired(),
        render_kw={"autocomplete": "family-name"},
    )
    given_name = CleanField(
        _l("Given name"),
        [validate_name_letters, validate_printable_name],
        max_length=80,
        presence=NamePartRequired(),
        render_kw={"autocomplete": "given-name"},
    )
    patronymic = CleanField(
        _l("Patronymic (if any)"),
        [validate_name_letters, validate_printable_name],
        max_length=80,
        render_kw={"autocomplete": "additional-name"},
    )
    has_one_name = BooleanField(_l("I have only one name"))
    phone = PhoneField(_l("Phone number"), required=True)
    email = EmailField(_l("Email (if you have one)"))
    workplace = CleanField(_l("Workplace"), max_length=200, render_kw={"autocomplete": "organization"})
    position = CleanField(_l("Position"), max_length=200, render_kw={"autocomplete": "organization-title"})
    language = RadioField(
        _l("Certificate and message language"),
        [InputRequired()],
        choices=[SelectChoice(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
    )
    website = HoneypotField(_l("Leave this field empty"), render_kw={"autocomplete": "off"})
    consent = BooleanField(
        _l("I consent to the collection and processing of my personal data"),
        [InputRequired(_l("We can’t register you without this consent."))],
    )
    photo_consent = BooleanField(_l("I agree to be photographed and filmed (optional)"))
    nonce = HiddenField(validators=[Regexp(r"^[A-Za-z0-9_-]{43}$")])
    consent_version = HiddenField()

    def build_applicant(self) -> Applicant:
        """Return the validated fields as an Applicant."""
        return read_applicant(self)
