"""The registration form: who comes, how to reach them, in which language, and their consent."""

from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Regexp

from trainer.language import LANGUAGES, OWN_NAMES
from trainer.language.words import lazy_gettext as _l
from trainer.registration.places import Applicant
from trainer.web.forms import CleanField, EmailField, Form, PhoneField, name_letters


class RegistrationForm(Form):
    """What a trainee fills in; the nonce names this one form, the version the words of consent that it shows."""

    surname = CleanField(
        _l("Surname"), [name_letters], longest=80, required=True, render_kw={"autocomplete": "family-name"}
    )
    given_name = CleanField(
        _l("Given name"), [name_letters], longest=80, required=True, render_kw={"autocomplete": "given-name"}
    )
    patronymic = CleanField(
        _l("Patronymic (if any)"), [name_letters], longest=80, render_kw={"autocomplete": "additional-name"}
    )
    phone = PhoneField(_l("Phone number"), required=True)
    email = EmailField(_l("E-mail (if you have one)"))
    workplace = CleanField(_l("Place of work"), longest=200, render_kw={"autocomplete": "organization"})
    position = CleanField(_l("Position"), longest=200, render_kw={"autocomplete": "organization-title"})
    language = RadioField(
        _l("Language of the certificate and messages"),
        [InputRequired()],
        choices=[SelectChoice(each, OWN_NAMES[each]) for each in LANGUAGES],
    )
    consent = BooleanField(
        _l("I consent to the collection and processing of my personal data"),
        [InputRequired(_l("Without this consent we cannot register you."))],
    )
    photo_consent = BooleanField(_l("I agree to be photographed and filmed (not required)"))
    nonce = HiddenField(validators=[Regexp(r"^[A-Za-z0-9_-]{43}$")])
    consent_version = HiddenField()

    def applicant(self) -> Applicant:
        """What was typed, as plain values."""
        return Applicant(
            surname=self.surname.data,
            given_name=self.given_name.data,
            patronymic=self.patronymic.data or "",
            phone=self.phone.data,
            email=self.email.data or "",
            workplace=self.workplace.data or "",
            position=self.position.data or "",
            language=self.language.data,
        )
