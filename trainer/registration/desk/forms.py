"""Forms of the desk: a person's details, and the file of a list."""

from collections.abc import Mapping
from dataclasses import asdict, fields

from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from trainer.language import LANGUAGE_NAMES, LANGUAGES
from trainer.language.translate import lazy_gettext as _l
from trainer.people.models import Person
from trainer.registration.form.forms import read_applicant
from trainer.registration.seats.applicant import Applicant
from trainer.web.forms import BaseForm, CleanField, EditForm, EmailField, PhoneField, validate_name_letters


class PersonForm(EditForm):
    """Who somebody is and how to reach them, as the organizer writes it."""

    surname = CleanField(_l("Surname"), [validate_name_letters], max_length=80, required=True)
    given_name = CleanField(_l("Given name"), [validate_name_letters], max_length=80, required=True)
    patronymic = CleanField(_l("Patronymic (if any)"), [validate_name_letters], max_length=80)
    phone = PhoneField(_l("Phone number"), required=True)
    email = EmailField(_l("Email (if you have one)"))
    workplace = CleanField(_l("Workplace"), max_length=200)
    position = CleanField(_l("Position"), max_length=200)
    language = RadioField(
        _l("Certificate and message language"),
        [InputRequired()],
        choices=[SelectChoice(each, LANGUAGE_NAMES[each]) for each in LANGUAGES],
    )

    @classmethod
    def from_row(cls, cells: Mapping[str, str]) -> "PersonForm":
        """Make the form as if it had been typed into, of a row of a file."""
        return cls(formdata=MultiDict(dict(cells)), meta={"csrf": False})

    def build_applicant(self) -> Applicant:
        """What was typed, as plain values."""
        return read_applicant(self)

    def update_person(self, person: Person) -> None:
        """Correct a person; who has confirmed how the name prints is asked again where it now prints otherwise."""
        printed = person.printed_name
        for name, value in asdict(self.build_applicant()).items():
            setattr(person, name, value)
        if person.printed_name != printed:
            person.name_confirmed_at = None


def read_person_details(person: Person) -> Applicant:
    """What the form shows of a person."""
    return Applicant(**{each.name: getattr(person, each.name) for each in fields(Applicant)})


class ListUploadForm(BaseForm):
    """A list of people to import."""

    file = FileField(
        _l("List (.xlsx or .csv file)"),
        [FileRequired(_l("Choose a file."))],
        render_kw={"accept": ".xlsx,.csv,.txt,text/csv"},
    )
