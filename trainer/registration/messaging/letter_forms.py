"""Form of a standard letter, which knows the letter's placeholders."""

from typing import Any

from trainer.language import LANGUAGES
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.messages.letters import StandardLetter, write_default_letter
from trainer.messages.placeholders import list_placeholder_names
from trainer.registration.announcements.forms import (
    MAX_BODY_LENGTH,
    MAX_SUBJECT_LENGTH,
    explain_placeholder_error,
)
from trainer.web.editing.conflicts import EditForm
from trainer.web.forms import TranslatedField


class LetterForm(EditForm):
    """Subject and text of a letter in three languages; an empty field stands for the default."""

    subject = TranslatedField(_l("Subject"), max_length=MAX_SUBJECT_LENGTH, is_free_text=True)
    body = TranslatedField(_l("Text"), max_length=MAX_BODY_LENGTH, is_multiline=True, is_free_text=True)
    letter: StandardLetter

    def validate(self, extra_validators: Any = None) -> bool:
        """Also check the placeholders of each language, and that the necessary ones are there."""
        if not super().validate(extra_validators):
            return False
        for text in (self.subject, self.body):
            for part in text.form:
                sentence = explain_placeholder_error(part.data or "", self.letter.placeholder_names)
                part.errors = [sentence] if sentence else []
        for language in LANGUAGES:
            self.check_required_placeholders(language)
        return not (self.subject.errors or self.body.errors)

    def check_required_placeholders(self, language: str) -> None:
        """Add an error where the text of a language lacks a placeholder without which the letter has no use."""
        part = self.body.form[language]
        body = part.data or write_default_letter(self.letter, language).body
        missing = sorted(self.letter.required_names - list_placeholder_names(body))
        if missing and not part.errors:
            names = ", ".join(f"{{{name}}}" for name in missing)
            part.errors = [_("This letter needs %(names)s.", names=names)]
