"""The form in which the organizer edits a question."""

from typing import Any

from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from trainer.language import LANGUAGES
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translated import Translated
from trainer.registration.form.questions import RegistrationQuestionDraft
from trainer.registration.models import RegistrationQuestion, RegistrationQuestionKind
from trainer.web.editing.conflicts import EditForm
from trainer.web.editing.creation import CreationForm
from trainer.web.forms import TranslatedField

MAX_CHOICE_LENGTH = 200

MAX_CHOICES = 20

QUESTION_KIND_NAMES = {
    RegistrationQuestionKind.TEXT: _l("Text"),
    RegistrationQuestionKind.CHOICE: _l("One of several choices"),
    RegistrationQuestionKind.NUMBER: _l("Whole number"),
    RegistrationQuestionKind.YES_NO: _l("Yes or no"),
}


class RegistrationQuestionForm(EditForm, CreationForm):
    """A question of the form as the organizer edits it; choices are entered one per line, in the same order in each language."""

    kind = RadioField(
        _l("Answer type"),
        [InputRequired()],
        choices=[SelectChoice(str(kind), name) for kind, name in QUESTION_KIND_NAMES.items()],
        default=str(RegistrationQuestionKind.TEXT),
    )
    label = TranslatedField(_l("The question"), max_length=300, required=True)
    choices = TranslatedField(_l("Choices"), max_length=MAX_CHOICES * MAX_CHOICE_LENGTH, is_multiline=True)
    required = BooleanField(_l("An answer is required"))

    @property
    def question_draft(self) -> RegistrationQuestionDraft:
        """Return the question that was entered; the form must be valid."""
        kind = RegistrationQuestionKind(self.kind.data)
        return RegistrationQuestionDraft(kind, self.label.value, self.required.data, tuple(self.choice_drafts))

    @property
    def choice_drafts(self) -> list[Translated]:
        """Return the choices, with the lines of the three languages combined."""
        lines = {language: split_nonblank_lines(self.choices.value.get_exact_text(language)) for language in LANGUAGES}
        count = max(map(len, lines.values()))
        return [
            Translated.from_mapping(
                {language: language_lines[index] for language, language_lines in lines.items() if language_lines}
            )
            for index in range(count)
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        error = self.find_choices_error()
        if error:
            self.add_choices_error(error)
        return not error

    def add_choices_error(self, message: str) -> None:
        """Add an error to the first filled field of the choices."""
        field = next((part for part in self.choices.form if part.data), self.choices.form.kk)
        field.errors = [message]

    def find_choices_error(self) -> str:
        """Return what is wrong with the choices, or an empty string."""
        lines_by_language = [split_nonblank_lines(text) for text in self.choices.value.to_mapping().values()]
        if self.kind.data != RegistrationQuestionKind.CHOICE:
            return (
                _("Only a question with choices can have them. Choose that type above or clear this field.")
                if lines_by_language
                else ""
            )
        if not lines_by_language or len(lines_by_language[0]) < 2:
            return _("Enter at least two choices, each on its own line.")
        if len({len(lines) for lines in lines_by_language}) > 1:
            return _("Every language must have the same number of choices, line by line.")
        if len(lines_by_language[0]) > MAX_CHOICES:
            return _("There must be no more than %(most)d choices.", most=MAX_CHOICES)
        if any(len(line) > MAX_CHOICE_LENGTH for lines in lines_by_language for line in lines):
            return _("A choice must have no more than %(most)d characters.", most=MAX_CHOICE_LENGTH)
        if any(len({line.casefold() for line in lines}) < len(lines) for lines in lines_by_language):
            return _("A choice appears twice.")
        if not (self.choices.value.kk or self.choices.value.ru):
            return _("Enter this in Kazakh or Russian at least.")
        return ""


def split_nonblank_lines(text: str) -> list[str]:
    """Return the lines of a text that are not empty."""
    return [line for line in text.split("\n") if line]


def build_registration_question_data(question: RegistrationQuestion) -> dict[str, Any]:
    """Return the initial data of the form for a question."""
    choices = [Translated.from_mapping(choice["text"]) for choice in question.choices]
    lines = {
        language: "\n".join(filter(None, (choice.get_exact_text(language) for choice in choices)))
        for language in LANGUAGES
    }
    return {
        "kind": question.kind,
        "label": question.label.to_mapping(),
        "choices": lines,
        "required": question.required,
    }
