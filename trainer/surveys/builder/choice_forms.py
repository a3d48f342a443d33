"""The form of a choice or matrix row, and checks of the texts of several of them."""

from typing import Any

from wtforms import BooleanField, HiddenField
from wtforms import Form as PlainForm

from trainer.language.translate import lazy_gettext as _l
from trainer.language.translated import Translated
from trainer.surveys.questions.model import Choice
from trainer.web.forms import TranslatedField


class ChoiceForm(PlainForm):  # type: ignore[misc]
    """A choice of a question or a row of a matrix; one without text is dropped."""

    key = HiddenField()
    text = TranslatedField(_l("Wording"), max_length=300, is_multiline=True)
    right = BooleanField(_l("Correct answer"))

    @property
    def choice(self) -> Choice:
        """Return the choice that was entered."""
        return Choice(self.key.data or "", join_text_lines(self.text.value), bool(self.right.data))


def list_filled_choices(entries: Any) -> list[Choice]:
    """Return the choices that have a text, in their order; none if the form has no such field."""
    return [entry.form.choice for entry in entries if entry.form.text.value] if entries is not None else []


def join_text_lines(text: Translated) -> Translated:
    """Return a text as one line in each language; its field has several lines only to show long texts in full."""
    return Translated.from_mapping({language: " ".join(part.split()) for language, part in text.to_mapping().items()})


def has_duplicate_texts(texts: list[str]) -> bool:
    """Return whether two texts that are not empty are the same, regardless of case."""
    folded_texts = [text.casefold() for text in texts if text]
    return len(set(folded_texts)) < len(folded_texts)


def build_choice_form_data(choice: Choice) -> dict[str, Any]:
    """Return the initial data of `ChoiceForm` for a choice."""
    return {"key": choice.key, "text": choice.text.to_mapping(), "right": choice.is_correct}
