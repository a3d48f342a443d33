"""A seminar's own questions as fields of the forms that trainees fill in."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translated import Translated
from trainer.registration.form.answers import ACCESS_NEEDS_KEY
from trainer.registration.form.questions import FormQuestion, build_form_question, compute_questions_version
from trainer.registration.models import RegistrationQuestion, RegistrationQuestionKind
from trainer.web.forms import BaseForm, CleanTextArea, NumberField

FIELD_NAME_PREFIX = "question_"
MAX_ANSWER_LENGTH = 1000
MAX_RADIO_CHOICES = 7  # a select field is used for more


class QuestionAnswersForm(BaseForm):
    """Base of forms with a seminar's own questions; `build_answers_form_class` adds the fields of the questions."""

    questions: tuple[FormQuestion, ...] = ()
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
    contents = tuple(build_form_question(question) for question in questions)
    form_class: type[AnswersFormType] = load_form_class(base_class, contents, language)  # type: ignore[arg-type]
    return form_class


@lru_cache(maxsize=200)
def load_form_class(base_class: type[Any], questions: tuple[FormQuestion, ...], language: str) -> type[Any]:
    """Return the class for questions with this content. Making one and its first use take as long as three queries."""
    fields = {get_question_field_name(question): build_question_field(question, language) for question in questions}
    return type(base_class.__name__, (base_class,), {**fields, "questions": questions})


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


def get_question_field_name(question: RegistrationQuestion | FormQuestion) -> str:
    """Return the name of a question's field."""
    return f"{FIELD_NAME_PREFIX}{question.id}"


def to_stored_answer(question: FormQuestion, data: Any) -> Any:
    """Return field data as it is stored: a boolean for a yes/no question, None for a blank answer."""
    if isinstance(data, str) and not data.strip():
        return None
    return data == "yes" if question.kind == RegistrationQuestionKind.YES_NO and data else data


def to_field_value(question: RegistrationQuestion, stored: Any) -> Any:
    """Return a stored answer as its field expects it: "yes" or "no" for a boolean."""
    if question.kind == RegistrationQuestionKind.YES_NO and stored is not None:
        return "yes" if stored else "no"
    return stored


def build_question_field(question: FormQuestion, language: str) -> Any:
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
