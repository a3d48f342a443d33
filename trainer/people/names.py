"""Names: their parts, of which somebody may have only one, and letters that lists and certificates can print."""

from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation, ValidationError

from trainer.language.translate import gettext as _


def join_names(*parts: str) -> str:
    """Return the parts of a name that somebody has, separated by single spaces."""
    return " ".join(part for part in parts if part)


class NamePartRequired:
    """Require surname or given name, and both of somebody who does not say to have only one name.

    The form has the fields `surname`, `given_name` and `has_one_name`.
    """

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Field) -> None:
        if field.data:
            return
        has_other = form.given_name.data if field is form.surname else form.surname.data
        if form.has_one_name.data and (has_other or field is form.given_name):  # an error beside one of them is enough
            raise StopValidation
        if has_other:
            raise StopValidation(_("Fill this in, or tick “%(label)s”.", label=form.has_one_name.label.text))
        raise StopValidation(field.gettext("This field is required."))


def validate_printable_name(_form: Any, field: Field) -> None:
    """Reject letters that the typefaces of lists and certificates lack, naming them, while somebody is there to be asked."""
    from certificates.drawing import list_unprintable_letters  # imported late: pages without names need no typefaces

    letters = list_unprintable_letters(field.data or "")
    if letters:
        raise ValidationError(
            _(
                "These letters can’t be printed on certificates and lists: %(letters)s. Write the name in Cyrillic or "
                "Latin letters, without stress marks.",
                letters=" ".join(letters[:5]),
            )
        )
