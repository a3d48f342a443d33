"""Forms of the import: the file, the activities with what a file does not say of them, and the translations."""

from collections.abc import Iterable
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, Field, FieldList, FormField, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from trainer.language import LANGUAGE_NAMES, LANGUAGES
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.projects.editing.forms import build_word_choices, check_period_end
from trainer.projects.importing.review import TranslatableText
from trainer.projects.spreadsheet.reader import split_codes
from trainer.projects.wording import AUDIENCE_CHOICES, EVENT_TYPE_NAMES
from trainer.web.editing.conflicts import EditForm, SeparateValuesForm
from trainer.web.forms import BaseForm, CleanTextArea, NumberField

MAX_TRANSLATION_LENGTH = 2000


class PlanFileForm(BaseForm):
    """Upload of a plan."""

    plan = FileField(
        _l("Plan: Word annex (.docx), Excel (.xlsx) or YAML"),
        [FileRequired(_l("Choose a file."))],
        render_kw={"accept": ".docx,.xlsx,.yaml,.yml"},
    )


class ActivityReviewForm(PlainForm):  # type: ignore[misc]
    """What an annex does not say of an activity, and its period as read."""

    start = DateField(_l("Starts"), [InputRequired()])
    end = DateField(_l("Ends"), [InputRequired()])
    event_type = SelectField(_l("Type of event"))
    event_count = NumberField(_l("Number of events"), [Optional(), NumberRange(min=1, max=1000)])
    audience = SelectField(_l("For whom"))
    draws_from = StringField(_l("Its figures come from"))
    known_codes: frozenset[str] = frozenset()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.event_type.choices = build_word_choices(EVENT_TYPE_NAMES, self.event_type.data or "")
        self.audience.choices = build_word_choices(AUDIENCE_CHOICES, self.audience.data or "")

    def validate_end(self, field: Field) -> None:
        """Reject a period that ends before it starts."""
        check_period_end(self, field)

    def validate_draws_from(self, field: Field) -> None:
        """Reject codes that no activity has."""
        unknown = [code for code in split_codes(field.data or "") if code not in self.known_codes]
        if unknown:
            raise ValidationError(_("There is no activity %(code)s.", code=unknown[0][:20]))


class TranslationsForm(SeparateValuesForm):
    """The translations of a draft: a field for each text and language."""


def build_translations_form(texts: Iterable[TranslatableText]) -> type[TranslationsForm]:
    """Return a form class with a field for each text in each language but its own."""
    fields = {
        get_translation_name(text, language): CleanTextArea(LANGUAGE_NAMES[language], max_length=MAX_TRANSLATION_LENGTH)
        for text in texts
        for language in list_missing_languages(text)
    }
    return type("Translations", (TranslationsForm,), fields)


def get_translation_name(text: TranslatableText, language: str) -> str:
    """Return the name of the field for a text in a language."""
    return f"text-{text.key}-{language}"


def list_missing_languages(text: TranslatableText) -> list[str]:
    """Return the languages other than that of the document."""
    return [language for language in LANGUAGES if language != text.language]


class ActivitiesForm(EditForm):
    """The activities of a draft."""

    activities = FieldList(FormField(ActivityReviewForm), _l("Activity"))

    def set_known_codes(self, codes: frozenset[str]) -> None:
        """Set the codes that activities may name."""
        for row in self.activities:
            row.form.known_codes = codes
