"""Form of the organizer's account."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from trainer.language import LANGUAGE_NAMES, LANGUAGES
from trainer.language.translate import lazy_gettext as _l
from trainer.web.editing.conflicts import EditForm
from trainer.web.forms import CleanField, EmailField


class AccountForm(EditForm):
    """Name, e-mail address and language of an organizer."""

    name = CleanField(_l("Name"), required=True, render_kw={"autocomplete": "name"})
    email = EmailField(_l("Email"), required=True)
    language = RadioField(
        _l("Dashboard language"),
        [InputRequired()],
        choices=[SelectChoice(language, LANGUAGE_NAMES[language]) for language in LANGUAGES],
    )
