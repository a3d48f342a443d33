"""Forms of the personal page: details, and the contact for recovering a lost link."""

from typing import Any

from wtforms import Field, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, ValidationError

from trainer.language import LANGUAGE_NAMES, LANGUAGES
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.registration.form.question_fields import QuestionAnswersForm
from trainer.registration.self_service.details import TraineeDetails
from trainer.web import phones
from trainer.web.forms import BaseForm, CleanField, EmailField, PhoneField


class DetailsForm(QuestionAnswersForm):
    """Details that trainees change themselves, with the seminar's own questions. The name has a page of its own."""

    phone = PhoneField(_l("Phone number"), required=True)
    email = EmailField(_l("Email (if you have one)"))
    workplace = CleanField(_l("Workplace"), max_length=200, render_kw={"autocomplete": "organization"})
    position = CleanField(_l("Position"), max_length=200, render_kw={"autocomplete": "organization-title"})
    language = RadioField(
        _l("Certificate and message language"),
        [InputRequired()],
        choices=[SelectChoice(language, LANGUAGE_NAMES[language]) for language in LANGUAGES],
    )

    def get_details(self) -> TraineeDetails:
        """Return the submitted values."""
        return TraineeDetails(
            phone=self.phone.data,
            email=self.email.data or "",
            workplace=self.workplace.data or "",
            position=self.position.data or "",
            language=self.language.data,
            answers=self.answers,
        )


def validate_contact(form: Any, field: Field) -> None:
    """Convert a phone number to E.164 and an e-mail address to lower case, or explain the expected format."""
    if "@" in field.data:
        field.data = field.data.casefold()
        Email(_("Check the phone number or the email address."))(form, field)
        return
    try:
        field.data = phones.normalise_phone(field.data)
    except phones.PhoneInvalid as refused:
        raise ValidationError(_("Check the phone number or the email address.")) from refused


class LinkRecoveryForm(BaseForm):
    """The contact that somebody registered with."""

    contact = CleanField(
        _l("Phone number or email you registered with"),
        [validate_contact],
        max_length=254,
        required=True,
        render_kw={"autocomplete": "tel"},
    )
