"""Forms of the organizer's list: a person's details, and the upload of a list."""

from dataclasses import asdict, fields
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from trainer.language import LANGUAGE_NAMES, LANGUAGES
from trainer.language.translate import lazy_gettext as _l
from trainer.people.models import Person
from trainer.people.names import NamePartRequired, validate_printable_name
from trainer.registration.form.forms import read_applicant
from trainer.registration.seats.applicant import Applicant
from trainer.web.editing.conflicts import EditForm
from trainer.web.editing.creation import CreationForm
from trainer.web.forms import BaseForm, CleanField, EmailField, PhoneField, validate_name_letters


class PersonFields(BaseForm):
    """Name, contacts, workplace and language of a person, as the organizer enters them."""

    surname = CleanField(
        _l("Surname"), [validate_name_letters, validate_printable_name], max_length=80, presence=NamePartRequired()
    )
    given_name = CleanField(
        _l("Given name"), [validate_name_letters, validate_printable_name], max_length=80, presence=NamePartRequired()
    )
    patronymic = CleanField(_l("Patronymic (if any)"), [validate_name_letters, validate_printable_name], max_length=80)
    has_one_name = BooleanField(_l("This person has only one name"))
    phone = PhoneField(_l("Phone number"), required=True)
    email = EmailField(_l("Email (if you have one)"))
    workplace = CleanField(_l("Workplace"), max_length=200)
    position = CleanField(_l("Position"), max_length=200)
    language = RadioField(
        _l("Certificate and message language"),
        [InputRequired()],
        choices=[SelectChoice(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
    )

    def build_applicant(self) -> Applicant:
        """Return the validated fields as an Applicant."""
        return read_applicant(self)


class AddPersonForm(PersonFields, CreationForm):
    """A person whom the organizer registers."""


class PersonForm(PersonFields, EditForm):
    """The details of a person who is registered."""

    def update_person(self, person: Person) -> None:
        """Copy the fields to a person; a confirmed name must be confirmed again when its printed form changes."""
        earlier_name = person.printed_name
        for name, value in asdict(self.build_applicant()).items():
            setattr(person, name, value)
        if person.printed_name != earlier_name:
            person.name_confirmed_at = None


def read_person_details(person: Person) -> dict[str, Any]:
    """Return the current values of a person for the fields of the form."""
    details = {field.name: getattr(person, field.name) for field in fields(Applicant)}
    return {**details, "has_one_name": person.has_one_name}


class ListUploadForm(BaseForm):
    """Upload of a list of people."""

    file = FileField(
        _l("List (.xlsx or .csv file)"),
        [FileRequired(_l("Choose a file."))],
        render_kw={"accept": ".xlsx,.csv,.txt,text/csv"},
    )
