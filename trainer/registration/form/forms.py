"""The registration form: who comes, how to reach them, in which language, what the seminar asks, and their consent."""

from dataclasses import fields
from typing import Any

from wtforms import BooleanField, Field, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Regexp, ValidationError

from trainer.language import LANGUAGE_NAMES, LANGUAGES
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.registration.form.question_fields import QuestionAnswersForm
from trainer.registration.seats.applicant import Applicant
from trainer.web.forms import BaseForm, CleanField, EmailField, PhoneField, validate_name_letters


def validate_left_empty(_form: Any, _field: Field) -> None:
    """Refuse whatever stands in a field that people do not see."""
    raise ValidationError(_("Leave this field empty: it is visible only to programs that fill in forms automatically."))


class HoneypotField(CleanField):
    """A field that only programs fill in."""

    own_validators = (validate_left_empty,)


def read_applicant(form: BaseForm) -> Applicant:
    """Read a valid form that describes a person; what was left empty is an empty text."""
    return Applicant(**{each.name: form[each.name].data or "" for each in fields(Applicant)})


class RegistrationForm(QuestionAnswersForm):
    """What a trainee fills in; the nonce names this one form, the versions the words of consent and the questions that it shows."""

    surname = CleanField(
        _l("Surname"), [validate_name_letters], max_length=80, required=True, render_kw={"autocomplete": "family-name"}
    )
    given_name = CleanField(
        _l("Given name"),
        [validate_name_letters],
        max_length=80,
        required=True,
        render_kw={"autocomplete": "given-name"},
    )
    patronymic = CleanField(
        _l("Patronymic (if any)"), [validate_name_letters], max_length=80, render_kw={"autocomplete": "additional-name"}
    )
    phone = PhoneField(_l("Phone number"), required=True)
    email = EmailField(_l("Email (if you have one)"))
    workplace = CleanField(_l("Workplace"), max_length=200, render_kw={"autocomplete": "organization"})
    position = CleanField(_l("Position"), max_length=200, render_kw={"autocomplete": "organization-title"})
    language = RadioField(
        _l("Certificate and message language"),
        [InputRequired()],
        choices=[SelectChoice(each, LANGUAGE_NAMES[each]) for each in LANGUAGES],
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
        """What was typed, as plain values."""
        return read_applicant(self)
