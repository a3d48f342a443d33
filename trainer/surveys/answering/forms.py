"""The form of a survey, made of its questions, and the form of test results, made of the participants."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Field, HiddenField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput

from trainer.language.translate import gettext as _
from trainer.surveys.questions.labels import NPS_LABELS, SCALE_ANSWER_LABELS, YES_NO_LABELS, format_number_bounds
from trainer.surveys.questions.model import MAX_ANSWER_LENGTHS, SCALE_KINDS, SurveyQuestion, SurveyQuestionKind
from trainer.surveys.questions.validation import (
    AnswerProblem,
    AnswersInvalid,
    filter_valid_answers,
    list_visible_questions,
    validate_answers,
)
from trainer.web.forms import BaseForm, CleanField, CleanTextArea, NumberField

ANSWER_FIELD_PREFIX = "q_"


class AnswerForm(BaseForm):
    """The answers to one version of a survey: a field for each question, for a matrix one for each row."""

    questions: Sequence[SurveyQuestion] = ()
    version = HiddenField()

    @property
    def submitted_answers(self) -> dict[str, Any]:
        """Give what was given to each question, answer or not, as `checking` wants it."""
        return {
            each.key: read_submitted_answer(each, self)
            for each in self.questions
            if each.kind != SurveyQuestionKind.SECTION
        }

    @property
    def validated_answers(self) -> dict[str, Any]:
        """Give the answers to keep; the form is valid."""
        return validate_answers(self.questions, self.submitted_answers)

    def list_answer_fields(self, question: SurveyQuestion) -> list[Field]:
        """Give the fields of a question."""
        return [self[name] for name in list_answer_field_names(question)]

    def validate(self, extra_validators: Any = None, *, complete: bool = True) -> bool:
        """Say next to the questions that are shown what is wrong; what is not shown need not be right. A draft may lack answers."""
        super().validate(extra_validators)
        seen = {each.key for each in list_visible_questions(self.questions, self.submitted_answers)}
        for question in self.questions:
            if question.key not in seen:
                for field in self.list_answer_fields(question):
                    field.errors = ()
        try:
            validate_answers(self.questions, self.submitted_answers, complete=complete)
        except AnswersInvalid as refused:
            self.add_answer_errors(refused.problems)
        return not self.errors

    def add_answer_errors(self, problems: Mapping[str, AnswerProblem]) -> None:
        """Say next to the questions why their answers are none, where nothing is said yet."""
        for question in self.questions:
            why = problems.get(question.key)
            fields = self.list_answer_fields(question)
            if why is None or any(field.errors for field in fields):
                continue
            blank = [each for each in fields if not each.data] if why == AnswerProblem.MISSING else []
            for field in blank or fields:
                field.errors = [format_answer_problem(question, why)]


def format_answer_problem(question: SurveyQuestion, problem: AnswerProblem) -> str:
    """Say why an answer is none."""
    written = question.kind in MAX_ANSWER_LENGTHS or question.kind == SurveyQuestionKind.NUMBER
    if problem == AnswerProblem.MISSING:
        return _("This field is required.") if written else _("Choose an answer.")
    if problem == AnswerProblem.TOO_LONG:
        return _("Use no more than %(most)d characters.", most=MAX_ANSWER_LENGTHS[question.kind])
    return (
        format_number_bounds(question)
        if question.kind == SurveyQuestionKind.NUMBER
        else _("Choose one of the answers offered.")
    )


def build_answer_form(questions: Sequence[SurveyQuestion], language: str) -> type[AnswerForm]:
    """Make the form of these questions."""
    fields = {name: field for each in questions for name, field in build_answer_fields(each, language).items()}
    return type("Answers", (AnswerForm,), {**fields, "questions": tuple(questions)})


def build_answer_form_data(questions: Sequence[SurveyQuestion], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a form shows of answers given to these questions or to others: the data to make it with; what does not fit is left out."""
    fits = filter_valid_answers(questions, answers)
    return {
        name: value
        for question in questions
        if question.key in fits
        for name, value in zip(
            list_answer_field_names(question), format_field_values(question, fits[question.key]), strict=True
        )
    }


def format_field_values(question: SurveyQuestion, answer: Any) -> list[Any]:
    """Give an answer as the fields of its question want it."""
    if question.kind == SurveyQuestionKind.MATRIX:
        return [str(answer.get(each.key, "")) for each in question.rows]
    if question.kind == SurveyQuestionKind.YES_NO:
        return ["yes" if answer else "no"]
    return [str(answer) if question.kind in (*SCALE_KINDS, SurveyQuestionKind.NPS) else answer]


def list_answer_field_names(question: SurveyQuestion) -> list[str]:
    """Name the fields of a question."""
    if question.kind == SurveyQuestionKind.SECTION:
        return []
    if question.kind == SurveyQuestionKind.MATRIX:
        return [f"{ANSWER_FIELD_PREFIX}{question.key}-{row.key}" for row in question.rows]
    return [f"{ANSWER_FIELD_PREFIX}{question.key}"]


def read_submitted_answer(question: SurveyQuestion, form: AnswerForm) -> Any:
    """Give what was given to a question, as `checking` wants it; what can't be read as such stays as it was typed."""
    if question.kind == SurveyQuestionKind.MATRIX:
        rows = zip(question.rows, form.list_answer_fields(question), strict=True)
        return {row.key: parse_scale_value(field.data) for row, field in rows if field.data}
    data = form[ANSWER_FIELD_PREFIX + question.key].data
    if question.kind == SurveyQuestionKind.YES_NO:
        return {"yes": True, "no": False}.get(data, data)
    return parse_scale_value(data) if question.kind in (*SCALE_KINDS, SurveyQuestionKind.NPS) else data


def parse_scale_value(value: Any) -> Any:
    """Give the number of a scale that a button sends; all else as it is."""
    return int(value) if value in NPS_LABELS.values() else value


def build_answer_fields(question: SurveyQuestion, language: str) -> dict[str, Any]:
    """Make the fields of a question by their names."""
    label = question.text.get_text(language)
    names = list_answer_field_names(question)
    if question.kind == SurveyQuestionKind.MATRIX:
        words = SCALE_ANSWER_LABELS[question.scale]
        labels = [f"{label} {row.text.get_text(language)}" for row in question.rows]
        return {name: build_radio_field(row, words) for name, row in zip(names, labels, strict=True)}
    return {name: build_answer_field(question, label, language) for name in names}


def build_answer_field(question: SurveyQuestion, label: str, language: str) -> Any:
    """Make the field of a question that has one."""
    texts = {each.key: each.text.get_text(language) for each in question.choices}
    if question.kind == SurveyQuestionKind.TEXT:
        return CleanTextArea(label, max_length=MAX_ANSWER_LENGTHS[question.kind])
    if question.kind in MAX_ANSWER_LENGTHS:
        return CleanField(label, max_length=MAX_ANSWER_LENGTHS[question.kind], render_kw={"autocomplete": "off"})
    if question.kind == SurveyQuestionKind.NUMBER:
        return NumberField(label, [Optional()], render_kw={"inputmode": "numeric", "min": question.least or 0})
    if question.kind == SurveyQuestionKind.MULTIPLE:
        return SelectMultipleField(
            label, choices=build_select_choices(texts), validate_choice=False, option_widget=CheckboxInput()
        )
    scales: dict[SurveyQuestionKind, Mapping[Any, Any]] = {
        **SCALE_ANSWER_LABELS,
        SurveyQuestionKind.NPS: NPS_LABELS,
        SurveyQuestionKind.YES_NO: YES_NO_LABELS,
    }
    return build_radio_field(label, scales.get(question.kind, texts))


def build_radio_field(label: str, labels: Mapping[Any, Any]) -> Any:
    """Make a field of which one answer is chosen; `checking` says whether it is one."""
    return RadioField(label, choices=build_select_choices(labels), validate_choice=False)


def build_select_choices(labels: Mapping[Any, Any]) -> list[SelectChoice]:
    """Offer values with their words."""
    return [SelectChoice(str(value), name) for value, name in labels.items()]
