"""Form of an announcement, and the check of placeholders."""

from collections.abc import Collection
from typing import Any

from wtforms import DateTimeLocalField, Field, RadioField, SelectMultipleField
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from trainer.language import LANGUAGES
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translated import Translated
from trainer.messages.placeholders import find_placeholder_error
from trainer.registration.announcements.wording import has_only_starting_body
from trainer.registration.notifications.letters import COMMON_PLACEHOLDERS
from trainer.web.editing.conflicts import EditForm
from trainer.web.editing.creation import CreationForm
from trainer.web.forms import TranslatedField

MAX_SUBJECT_LENGTH, MAX_BODY_LENGTH = 200, 5000  # characters


def explain_placeholder_error(text: str, known_names: Collection[str]) -> str:
    """Return a sentence on the first wrong placeholder of a text, with its line; empty where all is right."""
    error = find_placeholder_error(text, known_names)
    if error is None:
        return ""
    if not error.name:
        return _("Line %(line)d: a curly bracket has no pair.", line=error.line)
    unknown = _("Line %(line)d: there is no placeholder {%(name)s}.", line=error.line, name=error.name)
    if not error.suggestion:
        return unknown
    question = _("Did you mean {%(name)s}?", name=error.suggestion)
    return f"{unknown} {question}"


def validate_common_placeholders(_form: Any, field: Field) -> None:
    """Reject a placeholder that no announcement has."""
    sentence = explain_placeholder_error(field.data or "", {placeholder.name for placeholder in COMMON_PLACEHOLDERS})
    if sentence:
        raise ValidationError(sentence)


class AnnouncementForm(EditForm, CreationForm):
    """What is announced, to whom, and when."""

    seminars = SelectMultipleField(
        _l("Seminars"),
        [InputRequired(_l("Choose at least one seminar."))],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    segment = RadioField(_l("To whom"), [InputRequired(_l("Choose who gets it."))])
    subject = TranslatedField(
        _l("Subject"), max_length=MAX_SUBJECT_LENGTH, is_free_text=True, part_validators=[validate_common_placeholders]
    )
    body = TranslatedField(
        _l("Text"),
        max_length=MAX_BODY_LENGTH,
        is_multiline=True,
        is_free_text=True,
        part_validators=[validate_common_placeholders],
    )
    send_at = DateTimeLocalField(_l("Send at"), [Optional()])

    project_ids: dict[int, int] = {}
    """The project of each seminar that can be chosen."""

    def validate_seminars(self, field: Field) -> None:
        """Reject seminars of different projects."""
        if len({self.project_ids.get(seminar_id) for seminar_id in field.data}) > 1:
            raise ValidationError(_("Choose seminars of one project."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Also require a subject and a text in at least one language, and none without the other."""
        if not super().validate(extra_validators):
            return False
        subject = self.subject.value
        written = {language: self.has_body(language) for language in LANGUAGES}
        for language in LANGUAGES:
            if bool(subject.get_exact_text(language)) and not written[language]:
                self.body.form[language].errors = [_("Write the text in this language, or remove the subject.")]
            elif written[language] and not subject.get_exact_text(language):
                self.subject.form[language].errors = [_("Write the subject in this language, or remove the text.")]
        if not any(written.values()) and not bool(subject):
            self.subject.form.kk.errors = [_("Write subject and text in at least one language.")]
        return not (self.subject.errors or self.body.errors)

    @property
    def written_body(self) -> Translated:
        """Return the text in the languages in which something was written."""
        body = self.body.value
        return Translated(
            **{language: body.get_exact_text(language) for language in LANGUAGES if self.has_body(language)}
        )

    def has_body(self, language: str) -> bool:
        """Return whether a text was written in a language, besides what a new announcement begins with."""
        text = self.body.value.get_exact_text(language)
        return bool(text) and not has_only_starting_body(language, text)
