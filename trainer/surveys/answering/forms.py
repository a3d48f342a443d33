"""The form in which a survey is answered, built from its questions."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from wtforms import Field, HiddenField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput

from trainer.language.translate import gettext as _
from trainer.surveys.questions.labels import (
    NPS_LABELS,
    SCALE_ANSWER_LABELS,
    YES_NO_LABELS,
    format_number_bounds,
    format_question_condition,
    format_survey_duration,
    get_question_hint,
)
from trainer.surveys.questions.model import MAX_ANSWER_LENGTHS, SCALE_KINDS, SurveyQuestion, SurveyQuestionKind
from trainer.surveys.questions.validation import (
    AnswerProblem,
    AnswersInvalid,
    filter_valid_answers,
    list_visible_questions,
    validate_answers,
)
from trainer.web.forms import BaseForm, CleanField, FreeTextArea, FreeTextField, NumberField
from trainer.web.templating import format_translated

ANSWER_FIELD_PREFIX = "q_"


class AnswerForm(BaseForm):
    """The answers to one version of a survey: a field for each question, and for a matrix a field for each row."""

    questions: Sequence[SurveyQuestion] = ()
    version = HiddenField()

    @property
    def submitted_answers(self) -> dict[str, Any]:
        """Return the submitted values by question key, valid or not, in the types that `validate_answers` expects."""
        return {
            question.key: read_submitted_answer(question, self)
            for question in self.questions
            if question.kind != SurveyQuestionKind.SECTION
        }

    @property
    def validated_answers(self) -> dict[str, Any]:
        """Return the answers to store, by question key. Raises AnswersInvalid unless the form was found valid."""
        return validate_answers(self.questions, self.submitted_answers)

    def list_answer_fields(self, question: SurveyQuestion) -> list[Field]:
        """Return the fields of a question: none for a section, one for each row of a matrix, else one."""
        return [self[name] for name in list_answer_field_names(question)]

    def get_hint(self, question: SurveyQuestion) -> str:
        """Return the sentence that explains how to answer a question; empty for kinds that need none."""
        return get_question_hint(question)

    def format_condition(self, question: SurveyQuestion) -> Markup:
        """Return the sentence that states when to answer a question, as HTML; empty if it is always asked."""
        return format_question_condition(question, self.questions)

    def format_duration(self) -> str:
        """Return the sentence that states how many minutes the survey takes."""
        return format_survey_duration(self.questions)

    def validate(self, extra_validators: Any = None, *, complete: bool = True) -> bool:
        """Return whether the answers to the visible questions are valid, and set the errors of those that are not.

        Unless `complete`, as for a draft, missing answers are no error.
        """
        super().validate(extra_validators)
        visible_keys = {question.key for question in list_visible_questions(self.questions, self.submitted_answers)}
        for question in self.questions:
            if question.key not in visible_keys:
                for field in self.list_answer_fields(question):
                    field.errors = ()
        try:
            validate_answers(self.questions, self.submitted_answers, complete=complete)
        except AnswersInvalid as error:
            self.add_answer_errors(error.problems)
        return not self.errors

    def add_answer_errors(self, problems: Mapping[str, AnswerProblem]) -> None:
        """Set the error of each question that has a problem and no error yet; in a matrix on the rows without an answer."""
        for question in self.questions:
            problem = problems.get(question.key)
            fields = self.list_answer_fields(question)
            if problem is None or any(field.errors for field in fields):
                continue
            blank_fields = [field for field in fields if not field.data] if problem == AnswerProblem.MISSING else []
            for field in blank_fields or fields:
                field.errors = [format_answer_problem(question, problem)]


def format_answer_problem(question: SurveyQuestion, problem: AnswerProblem) -> str:
    """Return the error message for an invalid answer."""
    is_number = question.kind == SurveyQuestionKind.NUMBER
    if problem == AnswerProblem.MISSING:
        is_typed = is_number or question.kind in MAX_ANSWER_LENGTHS
        return _("This field is required.") if is_typed else _("Choose an answer.")
    if problem == AnswerProblem.TOO_LONG:
        return _("Use no more than %(most)d characters.", most=MAX_ANSWER_LENGTHS[question.kind])
    return format_number_bounds(question) if is_number else _("Choose one of the answers offered.")


def build_answer_form(questions: Sequence[SurveyQuestion], language: str) -> type[AnswerForm]:
    """Return the form class for these questions, labelled in a language; texts in another one are marked with it."""
    fields: dict[str, Any] = {}
    for question in questions:
        fields |= build_answer_fields(question, language)
    return type("Answers", (AnswerForm,), {**fields, "questions": tuple(questions)})


def build_answer_form_data(questions: Sequence[SurveyQuestion], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the initial data of the form, by field name, for answers to these or other questions.

    Answers that are not valid for these questions are left out.
    """
    valid_answers = filter_valid_answers(questions, answers)
    data: dict[str, Any] = {}
    for question in questions:
        if question.key in valid_answers:
            values = format_field_values(question, valid_answers[question.key])
            data |= dict(zip(list_answer_field_names(question), values, strict=True))
    return data


def format_field_values(question: SurveyQuestion, answer: Any) -> list[Any]:
    """Return an answer as the values of its question's fields, in the order of `list_answer_field_names`."""
    if question.kind == SurveyQuestionKind.MATRIX:
        return [str(answer.get(row.key, "")) for row in question.rows]
    if question.kind == SurveyQuestionKind.YES_NO:
        return ["yes" if answer else "no"]
    return [str(answer) if question.kind in (*SCALE_KINDS, SurveyQuestionKind.NPS) else answer]


def list_answer_field_names(question: SurveyQuestion) -> list[str]:
    """Return the names of a question's fields: none for a section, one for each row of a matrix, else one."""
    if question.kind == SurveyQuestionKind.SECTION:
        return []
    if question.kind == SurveyQuestionKind.MATRIX:
        return [f"{ANSWER_FIELD_PREFIX}{question.key}-{row.key}" for row in question.rows]
    return [f"{ANSWER_FIELD_PREFIX}{question.key}"]


def read_submitted_answer(question: SurveyQuestion, form: AnswerForm) -> Any:
    """Return the submitted value of a question, in the type of its answers if it can be converted."""
    if question.kind == SurveyQuestionKind.MATRIX:
        rows = zip(question.rows, form.list_answer_fields(question), strict=True)
        return {row.key: parse_scale_value(field.data) for row, field in rows if field.data}
    data = form[ANSWER_FIELD_PREFIX + question.key].data
    if question.kind == SurveyQuestionKind.YES_NO:
        return {"yes": True, "no": False}.get(data, data)
    return parse_scale_value(data) if question.kind in (*SCALE_KINDS, SurveyQuestionKind.NPS) else data


def parse_scale_value(value: Any) -> Any:
    """Return the number that a radio button of a scale sends; any other value unchanged."""
    return int(value) if value in NPS_LABELS.values() else value


def build_answer_fields(question: SurveyQuestion, language: str) -> dict[str, Any]:
    """Return the fields of a question by name, labelled in a language."""
    label = format_translated(question.text, language)
    names = list_answer_field_names(question)
    if question.kind == SurveyQuestionKind.MATRIX:
        scale_labels = SCALE_ANSWER_LABELS[question.scale]
        row_labels = [Markup("{} {}").format(label, format_translated(row.text, language)) for row in question.rows]
        return {name: build_radio_field(row, scale_labels) for name, row in zip(names, row_labels, strict=True)}
    return {name: build_answer_field(question, label, language) for name in names}


def build_answer_field(question: SurveyQuestion, label: str, language: str) -> Any:
    """Return the field of a question that has exactly one."""
    choice_labels = {choice.key: format_translated(choice.text, language) for choice in question.choices}
    if question.kind == SurveyQuestionKind.TEXT:
        return FreeTextArea(label, max_length=MAX_ANSWER_LENGTHS[question.kind])
    if question.kind == SurveyQuestionKind.SHORT_TEXT:
        max_length = MAX_ANSWER_LENGTHS[question.kind]
        return FreeTextField(label, max_length=max_length, render_kw={"autocomplete": "off"})
    if question.kind in MAX_ANSWER_LENGTHS:
        return CleanField(label, max_length=MAX_ANSWER_LENGTHS[question.kind], render_kw={"autocomplete": "off"})
    if question.kind == SurveyQuestionKind.NUMBER:
        return NumberField(label, [Optional()], render_kw={"inputmode": "numeric", "min": question.least or 0})
    if question.kind == SurveyQuestionKind.MULTIPLE:
        choices = build_select_choices(choice_labels)
        return SelectMultipleField(label, choices=choices, validate_choice=False, option_widget=CheckboxInput())
    labels_by_kind: dict[SurveyQuestionKind, Mapping[Any, Any]] = {
        **SCALE_ANSWER_LABELS,
        SurveyQuestionKind.NPS: NPS_LABELS,
        SurveyQuestionKind.YES_NO: YES_NO_LABELS,
    }
    return build_radio_field(label, labels_by_kind.get(question.kind, choice_labels))


def build_radio_field(label: str, labels: Mapping[Any, Any]) -> Any:
    """Return a field with one radio button for each value; `validate_answers` checks the value, not the field."""
    return RadioField(label, choices=build_select_choices(labels), validate_choice=False)


def build_select_choices(labels: Mapping[Any, Any]) -> list[SelectChoice]:
    """Return the choices of a field from its values and their labels."""
    return [SelectChoice(str(value), label) for value, label in labels.items()]
