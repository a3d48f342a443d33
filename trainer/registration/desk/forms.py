"""Forms of the desk: a person's details, and the file of a list."""

from collections.abc import Mapping
from dataclasses import asdict, fields

from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from trainer.language import LANGUAGES, OWN_NAMES
from trainer.language.translate import lazy_gettext as _l
from trainer.people.models import Person
from trainer.registration.form.forms import applicant_of
from trainer.registration.seats.enrolment import Applicant
from trainer.web.forms import CleanField, EditForm, EmailField, Form, PhoneField, name_letters


class PersonForm(EditForm):
    """Who somebody is and how to reach them, as the organizer writes it."""

    surname = CleanField(_l("Surname"), [name_letters], longest=80, required=True)
    given_name = CleanField(_l("Given name"), [name_letters], longest=80, required=True)
    patronymic = CleanField(_l("Patronymic (if any)"), [name_letters], longest=80)
    phone = PhoneField(_l("Phone number"), required=True)
    email = EmailField(_l("E-mail (if you have one)"))
    workplace = CleanField(_l("Place of work"), longest=200)
    position = CleanField(_l("Position"), longest=200)
    language = RadioField(
        _l("Language of the certificate and messages"),
        [InputRequired()],
        choices=[SelectChoice(each, OWN_NAMES[each]) for each in LANGUAGES],
    )

    @classmethod
    def of_row(cls, cells: Mapping[str, str]) -> "PersonForm":
        """Make the form as if it had been typed into, of a row of a file."""
        return cls(formdata=MultiDict(dict(cells)), meta={"csrf": False})

    def applicant(self) -> Applicant:
        """What was typed, as plain values."""
        return applicant_of(self)

    def write(self, person: Person) -> None:
        """Correct a person; who has confirmed how the name prints is asked again where it now prints otherwise."""
        printed = person.printed_name
        for name, value in asdict(self.applicant()).items():
            setattr(person, name, value)
        if person.printed_name != printed:
            person.name_confirmed_at = None


def details_of(person: Person) -> Applicant:
    """What the form shows of a person."""
    return Applicant(**{each.name: getattr(person, each.name) for each in fields(Applicant)})


class ListForm(Form):
    """A list of people to import."""

    file = FileField(
        _l("List (.xlsx or .csv file)"),
        [FileRequired(_l("Please choose a file."))],
        render_kw={"accept": ".xlsx,.csv,.txt,text/csv"},
    )
