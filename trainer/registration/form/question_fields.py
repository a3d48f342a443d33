"""A seminar's questions as form fields, and the form in which the organizer edits a question."""

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
MAX_RADIO_CHOICES = 7  # a select field is used for more
QUESTION_KIND_NAMES = {
    RegistrationQuestionKind.TEXT: _l("Text"),
    RegistrationQuestionKind.CHOICE: _l("One of several choices"),
    RegistrationQuestionKind.NUMBER: _l("Whole number"),
    RegistrationQuestionKind.YES_NO: _l("Yes or no"),
}


class QuestionAnswersForm(BaseForm):
    """Base of forms with a seminar's own questions; `build_answers_form_class` adds the fields of the questions."""

    questions: tuple[RegistrationQuestion, ...] = ()
    questions_version = HiddenField(_l("Organiser’s questions"))
    access = CleanTextArea(_l("Accessibility needs"), max_length=500, render_kw={"rows": 2})

    def validate_questions_version(self, field: HiddenField) -> None:
        """Refuse answers when the questions have changed since the form was opened."""
        if field.data != compute_questions_version(self.questions):
            raise ValidationError(
                _("The organiser has changed these questions since you opened them. Check them again.")
            )

    @property
    def question_fields(self) -> list[Any]:
        """Return the fields of the questions in their order."""
        return [self[get_question_field_name(question)] for question in self.questions]

    @property
    def answers(self) -> dict[str, Any]:
        """Return the answers as they are stored: by question id, without empty ones, with the accessibility needs."""
        answers = {
            str(question.id): to_stored_answer(question, self[get_question_field_name(question)].data)
            for question in self.questions
        }
        return {
            key: value
            for key, value in {**answers, ACCESS_NEEDS_KEY: self.access.data}.items()
            if value not in (None, "")
        }


AnswersFormType = TypeVar("AnswersFormType", bound=QuestionAnswersForm)


def build_answers_form_class(
    base_class: type[AnswersFormType], questions: Sequence[RegistrationQuestion], language: str
) -> type[AnswersFormType]:
    """Return a subclass of a form with a field for each question, labelled in a language."""
    fields = {get_question_field_name(question): build_question_field(question, language) for question in questions}
    return type(base_class.__name__, (base_class,), {**fields, "questions": tuple(questions)})


def build_answers_data(questions: Sequence[RegistrationQuestion], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the initial data of a form for stored answers."""
    field_values = {
        get_question_field_name(question): to_field_value(question, answers.get(str(question.id)))
        for question in questions
    }
    return {
        **field_values,
        ACCESS_NEEDS_KEY: answers.get(ACCESS_NEEDS_KEY, ""),
        "questions_version": compute_questions_version(questions),
    }


def get_question_field_name(question: RegistrationQuestion) -> str:
    """Return the name of a question's field."""
    return f"{FIELD_NAME_PREFIX}{question.id}"


def to_stored_answer(question: RegistrationQuestion, data: Any) -> Any:
    """Return field data as it is stored: a boolean for a yes/no question, None for a blank answer."""
    if isinstance(data, str) and not data.strip():
        return None
    return data == "yes" if question.kind == RegistrationQuestionKind.YES_NO and data else data


def to_field_value(question: RegistrationQuestion, stored: Any) -> Any:
    """Return a stored answer as its field expects it: "yes" or "no" for a boolean."""
    if question.kind == RegistrationQuestionKind.YES_NO and stored is not None:
        return "yes" if stored else "no"
    return stored


def build_question_field(question: RegistrationQuestion, language: str) -> Any:
    """Return the form field of a question, labelled in a language."""
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
    choice_labels = {
        choice["key"]: Translated.from_mapping(choice["text"]).get_text(language) for choice in question.choices
    }
    return build_choice_field(label, question.required, choice_labels)


def build_choice_field(label: str, required: bool, choice_labels: dict[str, str]) -> Any:
    """Return radio buttons, or a select field for more than MAX_RADIO_CHOICES choices; optional fields offer "No answer"."""
    presence = InputRequired(_("Choose an answer.")) if required else Optional()
    is_select = len(choice_labels) > MAX_RADIO_CHOICES
    no_answer = {"": _("Choose") if required else _("No answer")} if is_select or not required else {}
    options = [SelectChoice(value, text) for value, text in {**no_answer, **choice_labels}.items()]
    return (SelectField if is_select else RadioField)(
        label, [presence], choices=options, default="" if no_answer else None
    )


class RegistrationQuestionForm(BaseForm):
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
