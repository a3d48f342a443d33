"""Forms of the registers: many new entries at once, and one that is there."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import DateField, Field, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from trainer.evidence.registers.entries import EntryFacts, parse_name_lines
from trainer.evidence.registers.models import RegisterKind
from trainer.evidence.registers.wording import REGISTER_NAMES
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.web.editing.conflicts import EditForm
from trainer.web.editing.creation import CreationForm
from trainer.web.forms import BaseForm, CleanField, CleanTextArea

MAX_NAME_CHARACTERS = 250
MAX_LINES = 300
FIRST_YEAR, LAST_YEAR = 1900, 2100


def validate_year(_form: BaseForm, field: Field) -> None:
    """Reject a day of a year that is surely a slip of the hand."""
    if field.data and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(_("Check the year."))


class ProofField(SelectField):  # type: ignore[misc]
    """A file of the project that proves something; 0 for none."""

    def __init__(self, label: Any = None, **more: Any) -> None:
        refusal = _l("The file was removed in the meantime. Choose another one.")
        messages = {"invalid_value_message": refusal, "invalid_choice_message": refusal}
        super().__init__(label, coerce=int, choices=[], **messages, **more)

    def offer(self, files: Mapping[int, str]) -> None:
        """Offer files by id with their names, and none."""
        self.choices = [SelectChoice(0, _("None yet")), *(SelectChoice(*file) for file in files.items())]


class EntryFields(BaseForm):
    """What several entries may have in common."""

    kind = SelectField(
        _l("Which register"), choices=[SelectChoice(str(kind), name) for kind, name in REGISTER_NAMES.items()]
    )
    role = CleanField(_l("Role or branch"), max_length=200)
    since = DateField(_l("From"), [Optional(), validate_year])
    until = DateField(_l("Until"), [Optional(), validate_year])
    proof = ProofField(_l("Proof"), default=0)

    def validate_until(self, field: Field) -> None:
        """Reject an end before the beginning."""
        since: date | None = self.since.data
        if field.data and since and field.data < since:
            raise ValidationError(_("This day is before the first one."))

    def build_facts(self) -> EntryFacts:
        """Return what was entered besides names."""
        return EntryFacts(
            RegisterKind(self.kind.data),
            self.role.data or "",
            self.since.data,
            self.until.data,
            self.proof.data or None,
        )


class NewEntriesForm(EntryFields, CreationForm):
    """New entries of a register, one name on each line."""

    names = CleanTextArea(
        _l("Names of people or organisations"),
        presence=InputRequired(_l("Enter at least one name.")),
        max_length=MAX_LINES * MAX_NAME_CHARACTERS,
    )

    def validate_names(self, field: Field) -> None:
        """Reject lines that are too long, too many lines, and lines that name nobody."""
        names = parse_name_lines(field.data)
        if not names:
            raise ValidationError(_("Enter at least one name."))
        if len(names) > MAX_LINES:
            raise ValidationError(_("Enter at most %(number)d names at once.", number=MAX_LINES))
        too_long = next((name for name in names if len(name) > MAX_NAME_CHARACTERS), "")
        if too_long:
            raise ValidationError(
                _(
                    "The name “%(name)s…” is too long: at most %(number)d characters.",
                    name=too_long[:30],
                    number=MAX_NAME_CHARACTERS,
                )
            )


class EntryForm(EntryFields, EditForm):
    """An entry of a register."""

    name = CleanField(_l("Name of the person or organisation"), max_length=MAX_NAME_CHARACTERS, required=True)
