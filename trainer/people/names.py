"""Letters of names: what a name may contain so that lists and certificates can print it."""

from typing import Any

from wtforms import Field
from wtforms.validators import ValidationError

from trainer.language.translate import gettext as _


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
