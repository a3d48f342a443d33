"""Questions as fields: the form that asks a seminar's own questions, and the form in which an organizer words one."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from trainer.language import LANGUAGES
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translated import Translated
from trainer.registration.form.questions import ACCESS, Wish, version_of
from trainer.registration.models import QuestionKind, RegistrationQuestion
from trainer.web.forms import CleanArea, Form, NumberField, TranslatedField

PREFIX = "question_"
LONGEST_ANSWER = 1000
LONGEST_CHOICE = 200
MOST_CHOICES = 20
MANY = 7  # with more choices than these, a list to pull down
KIND_NAMES = {
    QuestionKind.TEXT: _l("Text"),
    QuestionKind.CHOICE: _l("One of several choices"),
    QuestionKind.NUMBER: _l("Whole number"),
    QuestionKind.YES_NO: _l("Yes or no"),
}


class AskingForm(Form):
    """A form that asks a seminar's own questions beside its other fields; `form_for` gives it their fields."""

    asked: tuple[RegistrationQuestion, ...] = ()
    questions_version = HiddenField(_l("Questions of the organizer"))
    access = CleanArea(_l("Accessibility needs"), longest=500, render_kw={"rows": 2})

    def validate_questions_version(self, field: HiddenField) -> None:
        """Refuse answers to questions that were changed while somebody was typing."""
        if field.data != version_of(self.asked):
            raise ValidationError(
                _("The organizer has changed these questions meanwhile. Please look at them once more.")
            )

    @property
    def question_fields(self) -> list[Any]:
        """The fields of the questions, in their order."""
        return [self[name_of(each)] for each in self.asked]

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as it is kept: by the questions' numbers; what was left out is absent."""
        given = {str(each.id): kept_value(each, self[name_of(each)].data) for each in self.asked}
        return {key: value for key, value in {**given, ACCESS: self.access.data}.items() if value not in (None, "")}


Asking = TypeVar("Asking", bound=AskingForm)


def form_for(form: type[Asking], questions: Sequence[RegistrationQuestion], language: str) -> type[Asking]:
    """Make the form that asks these questions too, in a language."""
    fields = {name_of(each): field_of(each, language) for each in questions}
    return type(form.__name__, (form,), {**fields, "asked": tuple(questions)})


def typed(questions: Sequence[RegistrationQuestion], answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows of answers that are kept: the data to make it with."""
    shown = {name_of(each): shown_value(each, answers.get(str(each.id))) for each in questions}
    return {**shown, ACCESS: answers.get(ACCESS, ""), "questions_version": version_of(questions)}


def name_of(question: RegistrationQuestion) -> str:
    """Name the field of a question."""
    return f"{PREFIX}{question.id}"


def kept_value(question: RegistrationQuestion, data: Any) -> Any:
    """Give the answer as it is kept: a yes or no as a truth, a blank as no answer, all else as the field has it."""
    if isinstance(data, str) and not data.strip():
        return None
    return data == "yes" if question.kind == QuestionKind.YES_NO and data else data


def shown_value(question: RegistrationQuestion, kept: Any) -> Any:
    """Give the answer as the field wants it."""
    if question.kind == QuestionKind.YES_NO and kept is not None:
        return "yes" if kept else "no"
    return kept


def field_of(question: RegistrationQuestion, language: str) -> Any:
    """Make the field of a question."""
    label = question.label.to(language)
    if not question.required:
        label = _("%(question)s (not required)", question=label)
    if question.kind == QuestionKind.TEXT:
        return CleanArea(label, longest=LONGEST_ANSWER, required=question.required, render_kw={"rows": 2})
    if question.kind == QuestionKind.NUMBER:
        presence = InputRequired(_("This field is needed.")) if question.required else Optional()
        return NumberField(label, [presence, NumberRange(0)], render_kw={"inputmode": "numeric", "min": "0"})
    if question.kind == QuestionKind.YES_NO:
        return choosing(label, question.required, {"yes": _("Yes"), "no": _("No")})
    texts = {each["key"]: Translated.of(each["text"]).to(language) for each in question.choices}
    return choosing(label, question.required, texts)


def choosing(label: str, required: bool, texts: dict[str, str]) -> Any:
    """Make a field with choices; where no answer is needed, giving none is one of them."""
    presence = InputRequired(_("Please choose an answer.")) if required else Optional()
    many = len(texts) > MANY
    none = {"": _("Please choose") if required else _("No answer")} if many or not required else {}
    options = [SelectChoice(value, text) for value, text in {**none, **texts}.items()]
    return (SelectField if many else RadioField)(label, [presence], choices=options, default="" if none else None)


class QuestionForm(Form):
    """What an organizer asks: how it is answered, the words in three languages, the choices one in a line."""

    kind = RadioField(
        _l("How it is answered"),
        [InputRequired()],
        choices=[SelectChoice(str(kind), name) for kind, name in KIND_NAMES.items()],
        default=str(QuestionKind.TEXT),
    )
    label = TranslatedField(_l("The question"), longest=300, required=True)
    choices = TranslatedField(_l("Choices"), longest=MOST_CHOICES * LONGEST_CHOICE, area=True)
    required = BooleanField(_l("An answer is required"))

    @property
    def wish(self) -> Wish:
        """What was typed, as plain values; the form is valid."""
        kind = QuestionKind(self.kind.data)
        return Wish(kind, self.label.value, self.required.data, tuple(self.wished_choices))

    @property
    def wished_choices(self) -> list[Translated]:
        """The lines of the three languages side by side."""
        lines = {language: lines_of(self.choices.value.only(language)) for language in LANGUAGES}
        count = max(map(len, lines.values()))
        return [
            Translated.of({language: each[number] for language, each in lines.items() if each})
            for number in range(count)
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        wrong = self.wrong_with_choices()
        if wrong:
            self.refuse_choices(wrong)
        return not wrong

    def refuse_choices(self, why: str) -> None:
        """Say at the choices what is wrong with them."""
        first = next((part for part in self.choices.form if part.data), self.choices.form.kk)
        first.errors = [why]

    def wrong_with_choices(self) -> str:
        """Say what is wrong with the choices, empty where nothing is."""
        parts = [lines_of(text) for text in self.choices.value.parts().values()]
        if self.kind.data != QuestionKind.CHOICE:
            return (
                _("Only a question with choices has them. Choose that kind above, or empty this field.")
                if parts
                else ""
            )
        if not parts or len(parts[0]) < 2:
            return _("Please write two choices at least, each in a line of its own.")
        if len({len(lines) for lines in parts}) > 1:
            return _("Every language has the same number of choices, line by line.")
        if len(parts[0]) > MOST_CHOICES:
            return _("At most %(most)d choices, please.", most=MOST_CHOICES)
        if any(len(line) > LONGEST_CHOICE for lines in parts for line in lines):
            return _("A choice has at most %(most)d characters.", most=LONGEST_CHOICE)
        if any(len({line.casefold() for line in lines}) < len(lines) for lines in parts):
            return _("A choice stands twice.")
        if not (self.choices.value.kk or self.choices.value.ru):
            return _("Please write this in Kazakh or in Russian at least.")
        return ""


def lines_of(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line for line in text.split("\n") if line]


def question_data(question: RegistrationQuestion) -> dict[str, Any]:
    """Give what the form shows of a question."""
    choices = [Translated.of(each["text"]) for each in question.choices]
    lines = {language: "\n".join(filter(None, (each.only(language) for each in choices))) for language in LANGUAGES}
    return {"kind": question.kind, "label": question.label.parts(), "choices": lines, "required": question.required}
