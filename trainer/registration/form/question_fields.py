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
from trainer.registration.form.questions import ACCESS_NEEDS_KEY, RegistrationQuestionDraft, compute_questions_version
from trainer.registration.models import RegistrationQuestion, RegistrationQuestionKind
from trainer.web.forms import BaseForm, CleanTextArea, NumberField, TranslatedField

FIELD_NAME_PREFIX = "question_"
MAX_ANSWER_LENGTH = 1000
MAX_CHOICE_LENGTH = 200
MAX_CHOICES = 20
MAX_RADIO_CHOICES = 7  # with more choices than these, a list to pull down
QUESTION_KIND_NAMES = {
    RegistrationQuestionKind.TEXT: _l("Text"),
    RegistrationQuestionKind.CHOICE: _l("One of several choices"),
    RegistrationQuestionKind.NUMBER: _l("Whole number"),
    RegistrationQuestionKind.YES_NO: _l("Yes or no"),
}


class QuestionAnswersForm(BaseForm):
    """A form that asks a seminar's own questions beside its other fields; `form_for` gives it their fields."""

    questions: tuple[RegistrationQuestion, ...] = ()
    questions_version = HiddenField(_l("Organiser’s questions"))
    access = CleanTextArea(_l("Accessibility needs"), max_length=500, render_kw={"rows": 2})

    def validate_questions_version(self, field: HiddenField) -> None:
        """Refuse answers to questions that were changed while somebody was typing."""
        if field.data != compute_questions_version(self.questions):
            raise ValidationError(
                _("The organiser has changed these questions since you opened them. Check them again.")
            )

    @property
    def question_fields(self) -> list[Any]:
        """The fields of the questions, in their order."""
        return [self[get_question_field_name(each)] for each in self.questions]

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as it is kept: by the questions' numbers; what was left out is absent."""
        given = {
            str(each.id): to_stored_answer(each, self[get_question_field_name(each)].data) for each in self.questions
        }
        return {
            key: value
            for key, value in {**given, ACCESS_NEEDS_KEY: self.access.data}.items()
            if value not in (None, "")
        }


AnswersFormType = TypeVar("AnswersFormType", bound=QuestionAnswersForm)


def build_answers_form_class(
    base_class: type[AnswersFormType], questions: Sequence[RegistrationQuestion], language: str
) -> type[AnswersFormType]:
    """Make the form that asks these questions too, in a language."""
    fields = {get_question_field_name(each): build_question_field(each, language) for each in questions}
    return type(base_class.__name__, (base_class,), {**fields, "questions": tuple(questions)})


def build_answers_data(questions: Sequence[RegistrationQuestion], answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows of answers that are kept: the data to make it with."""
    shown = {get_question_field_name(each): to_field_value(each, answers.get(str(each.id))) for each in questions}
    return {
        **shown,
        ACCESS_NEEDS_KEY: answers.get(ACCESS_NEEDS_KEY, ""),
        "questions_version": compute_questions_version(questions),
    }


def get_question_field_name(question: RegistrationQuestion) -> str:
    """Name the field of a question."""
    return f"{FIELD_NAME_PREFIX}{question.id}"


def to_stored_answer(question: RegistrationQuestion, data: Any) -> Any:
    """Give the answer as it is kept: a yes or no as a truth, a blank as no answer, all else as the field has it."""
    if isinstance(data, str) and not data.strip():
        return None
    return data == "yes" if question.kind == RegistrationQuestionKind.YES_NO and data else data


def to_field_value(question: RegistrationQuestion, stored: Any) -> Any:
    """Give the answer as the field wants it."""
    if question.kind == RegistrationQuestionKind.YES_NO and stored is not None:
        return "yes" if stored else "no"
    return stored


def build_question_field(question: RegistrationQuestion, language: str) -> Any:
    """Make the field of a question."""
    label = question.label.get_text(language)
    if not question.required:
        label = _("%(question)s (optional)", question=label)
    if question.kind == RegistrationQuestionKind.TEXT:
        return CleanTextArea(label, max_length=MAX_ANSWER_LENGTH, required=question.required, render_kw={"rows": 2})
    if question.kind == RegistrationQuestionKind.NUMBER:
        presence = InputRequired(_("This field is required.")) if question.required else Optional()
        return NumberField(label, [presence, NumberRange(0)], render_kw={"inputmode": "numeric", "min": "0"})
    if question.kind == RegistrationQuestionKind.YES_NO:
        return build_choice_field(label, question.required, {"yes": _("Yes"), "no": _("No")})
    texts = {each["key"]: Translated.from_mapping(each["text"]).get_text(language) for each in question.choices}
    return build_choice_field(label, question.required, texts)


def build_choice_field(label: str, required: bool, choice_labels: dict[str, str]) -> Any:
    """Make a field with choices; where no answer is needed, giving none is one of them."""
    presence = InputRequired(_("Choose an answer.")) if required else Optional()
    many = len(choice_labels) > MAX_RADIO_CHOICES
    none = {"": _("Choose") if required else _("No answer")} if many or not required else {}
    options = [SelectChoice(value, text) for value, text in {**none, **choice_labels}.items()]
    return (SelectField if many else RadioField)(label, [presence], choices=options, default="" if none else None)


class RegistrationQuestionForm(BaseForm):
    """What an organizer asks: how it is answered, the words in three languages, the choices one in a line."""

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
        """What was typed, as plain values; the form is valid."""
        kind = RegistrationQuestionKind(self.kind.data)
        return RegistrationQuestionDraft(kind, self.label.value, self.required.data, tuple(self.choice_drafts))

    @property
    def choice_drafts(self) -> list[Translated]:
        """The lines of the three languages side by side."""
        lines = {language: split_nonblank_lines(self.choices.value.get_exact_text(language)) for language in LANGUAGES}
        count = max(map(len, lines.values()))
        return [
            Translated.from_mapping({language: each[number] for language, each in lines.items() if each})
            for number in range(count)
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        wrong = self.find_choices_error()
        if wrong:
            self.add_choices_error(wrong)
        return not wrong

    def add_choices_error(self, message: str) -> None:
        """Say at the choices what is wrong with them."""
        first = next((part for part in self.choices.form if part.data), self.choices.form.kk)
        first.errors = [message]

    def find_choices_error(self) -> str:
        """Say what is wrong with the choices, empty where nothing is."""
        parts = [split_nonblank_lines(text) for text in self.choices.value.to_mapping().values()]
        if self.kind.data != RegistrationQuestionKind.CHOICE:
            return (
                _("Only a question with choices can have them. Choose that type above or clear this field.")
                if parts
                else ""
            )
        if not parts or len(parts[0]) < 2:
            return _("Enter at least two choices, each on its own line.")
        if len({len(lines) for lines in parts}) > 1:
            return _("Every language must have the same number of choices, line by line.")
        if len(parts[0]) > MAX_CHOICES:
            return _("There must be no more than %(most)d choices.", most=MAX_CHOICES)
        if any(len(line) > MAX_CHOICE_LENGTH for lines in parts for line in lines):
            return _("A choice must have no more than %(most)d characters.", most=MAX_CHOICE_LENGTH)
        if any(len({line.casefold() for line in lines}) < len(lines) for lines in parts):
            return _("A choice appears twice.")
        if not (self.choices.value.kk or self.choices.value.ru):
            return _("Enter this in Kazakh or Russian at least.")
        return ""


def split_nonblank_lines(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line for line in text.split("\n") if line]


def build_registration_question_data(question: RegistrationQuestion) -> dict[str, Any]:
    """Give what the form shows of a question."""
    choices = [Translated.from_mapping(each["text"]) for each in question.choices]
    lines = {
        language: "\n".join(filter(None, (each.get_exact_text(language) for each in choices))) for language in LANGUAGES
    }
    return {
        "kind": question.kind,
        "label": question.label.to_mapping(),
        "choices": lines,
        "required": question.required,
    }
