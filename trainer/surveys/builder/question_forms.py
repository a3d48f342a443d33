"""The form in which an organizer edits a question, with the fields that the kind of the question needs."""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput

from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.surveys.builder.choice_forms import (
    ChoiceForm,
    build_choice_form_data,
    has_duplicate_texts,
    join_text_lines,
    list_filled_choices,
)
from trainer.surveys.questions.labels import get_answer_label
from trainer.surveys.questions.model import (
    CHOICE_KINDS,
    MAX_CHOICES_PER_QUESTION,
    SCALE_KINDS,
    Choice,
    Condition,
    SurveyQuestion,
    SurveyQuestionKind,
    list_condition_answers,
)
from trainer.surveys.questions.validation import MAX_ANSWER_NUMBER
from trainer.web.editing.conflicts import EditForm
from trainer.web.editing.creation import CreationForm
from trainer.web.forms import NumberField, TranslatedField

SPARE_ROW_COUNT = 2
FIRST_POSITION = "-"  # the value of `after` for the position before all questions
MAX_POSITION_LABEL_LENGTH = 60
SCALE_LABELS = {SurveyQuestionKind.AGREEMENT: _l("Agreement"), SurveyQuestionKind.SATISFACTION: _l("Satisfaction")}


class SurveyQuestionForm(EditForm, CreationForm):
    """The fields of every question; `build_survey_question_form` adds those of its kind, which are None here."""

    kind: SurveyQuestionKind
    earlier_questions: Sequence[SurveyQuestion] = ()
    counts_on: Any = None
    choices: Any = None
    rows: Any = None
    scale: Any = None
    least: Any = None
    most: Any = None
    required: Any = None
    text = TranslatedField(_l("The question"), max_length=500, required=True, is_multiline=True)
    after = SelectField(_l("Position in the survey"), validate_choice=False)
    show_if = SelectMultipleField(_l("Show only after certain answers"), validate_choice=False)
    removing = HiddenField()
    """The keys of the choices and rows whose removal the page has asked about, as `format_removed_keys` gives them."""

    @property
    def question(self) -> SurveyQuestion:
        """Return the question that was entered, without a key."""
        has_scale = self.scale and self.scale.data
        return SurveyQuestion(
            key="",
            kind=self.kind,
            text=join_text_lines(self.text.value),
            required=bool(self.required and self.required.data),
            choices=tuple(list_filled_choices(self.choices)),
            rows=tuple(list_filled_choices(self.rows)),
            scale=SurveyQuestionKind(self.scale.data) if has_scale else SurveyQuestionKind.AGREEMENT,
            least=self.least.data if self.least else None,
            most=self.most.data if self.most else None,
            show_if=self.condition,
        )

    @property
    def condition(self) -> Condition | None:
        """Return the condition that was ticked: its question is that of the first ticked answer."""
        pairs = [split_condition_value(value) for value in self.show_if.data or ()]
        if not pairs:
            return None
        question_key = pairs[0][0]
        return Condition(question_key, tuple(answer for key, answer in pairs if key == question_key))

    @property
    def condition_options(self) -> list[tuple[SurveyQuestion, list[Any]]]:
        """Return the earlier questions that a condition may name, each with the checkboxes of its answers."""
        checkboxes = list(self.show_if)
        groups = [
            (question, [box for box in checkboxes if split_condition_value(box.data)[0] == question.key])
            for question in self.earlier_questions
        ]
        return [(question, own_checkboxes) for question, own_checkboxes in groups if own_checkboxes]

    @property
    def entries(self) -> Any:
        """Return the list field of choices or rows; None if the kind has neither."""
        return self.rows if self.choices is None else self.choices  # an empty list of fields is false

    @property
    def remaining_choices(self) -> list[Choice]:
        """Return the choices and rows that were entered."""
        return [*list_filled_choices(self.choices), *list_filled_choices(self.rows)]

    def is_removal_confirmed(self, keys: Iterable[str]) -> bool:
        """Return whether the organizer was asked about the removal of exactly these choices and rows before sending the form."""
        return bool(self.removing.data == format_removed_keys(keys))

    def append_spare_rows(self) -> None:
        """Append empty rows for further choices, as far as the limit allows."""
        if self.entries is not None:
            for _row in range(min(SPARE_ROW_COUNT, MAX_CHOICES_PER_QUESTION - len(self.entries))):
                self.entries.append_entry()

    def move_entry_up(self, position: int) -> None:
        """Swap the choice or row at a position, counted from 0, with the one above it, if there is one."""
        if self.entries is not None and 0 < position < len(self.entries):
            data = [entry.data for entry in self.entries]
            data[position - 1], data[position] = data[position], data[position - 1]
            self.replace_entries(data)

    def remove_entry(self, position: int) -> None:
        """Remove the choice or row at a position, counted from 0, if there is one."""
        if self.entries is not None and 0 <= position < len(self.entries):
            data = [entry.data for entry in self.entries]
            self.replace_entries([*data[:position], *data[position + 1 :]])

    def replace_entries(self, data: Iterable[Any]) -> None:
        """Replace the choices or rows of the form by others."""
        while len(self.entries):
            self.entries.pop_entry()
        for entry_data in data:
            self.entries.append_entry(entry_data)

    def validate(self, extra_validators: Any = None) -> bool:
        """Return whether the fields are valid each and together, and set the error of the first problem."""
        if not super().validate(extra_validators):
            return False
        field, message = self.find_problem()
        if message:
            field.errors = [message]
        return not message

    def find_problem(self) -> tuple[Any, str]:
        """Return the first field that does not fit the others and its error message; an empty message if all fit."""
        if len({split_condition_value(value)[0] for value in self.show_if.data or ()}) > 1:
            return self.show_if, _("Tick answers to one question only.")
        if self.least and None not in (self.least.data, self.most.data) and self.least.data > self.most.data:
            return self.most, _("The largest number must not be smaller than the smallest.")
        return self.entries, self.find_choices_problem()

    def find_choices_problem(self) -> str:
        """Return the error message for the choices or rows; empty if they are valid or the kind has none."""
        if self.entries is None:
            return ""
        choices = list_filled_choices(self.entries)
        if len(choices) < (1 if self.rows is not None else 2):
            return _("Enter at least one row.") if self.rows is not None else _("Enter at least two choices.")
        if any(not (choice.text.kk or choice.text.ru) for choice in choices):
            return _("Enter this in Kazakh or Russian at least.")
        for language in ("kk", "ru", "en"):
            if has_duplicate_texts([choice.text.get_exact_text(language) for choice in choices]):
                return _("A choice appears twice.")
        return ""


def format_removed_keys(keys: Iterable[str]) -> str:
    """Return the keys of removed choices and rows as the value of the field `removing`."""
    return " ".join(sorted(keys))


def split_condition_value(value: str) -> tuple[str, str]:
    """Return the question key and the answer of a value of the field `show_if`, which has the form "key=answer"."""
    question_key, _equals, answer = value.rpartition("=")
    return question_key, answer


def build_survey_question_form(
    kind: SurveyQuestionKind,
    other_questions: Sequence[SurveyQuestion],
    earlier_questions: Sequence[SurveyQuestion],
    *,
    answered: bool = False,
) -> type[SurveyQuestionForm]:
    """Return the form class for a question of a kind.

    The question can be placed after any of `other_questions`, and its condition can name any of `earlier_questions`. If the
    survey is `answered`, the form asks whether earlier answers still count.
    """
    positions = [
        SelectChoice(FIRST_POSITION, _("At the start")),
        *(SelectChoice(question.key, format_position_label(question)) for question in other_questions),
    ]
    condition_answers = [
        SelectChoice(f"{question.key}={answer}", get_answer_label(question, answer))
        for question in earlier_questions
        for answer in list_condition_answers(question)
    ]
    fields: dict[str, Any] = {
        "kind": kind,
        "after": SelectField(_("Position in the survey"), choices=positions, validate_choice=False),
        "show_if": SelectMultipleField(
            _("Show only after certain answers"),
            choices=condition_answers,
            option_widget=CheckboxInput(),
            validate_choice=False,
        ),
        "earlier_questions": tuple(earlier_questions),
    }
    if kind != SurveyQuestionKind.SECTION:
        fields["required"] = BooleanField(_("An answer is required"))
    if answered:
        fields["counts_on"] = BooleanField(_("Same meaning as before: count the answers together"), default=True)
    return type("OneQuestion", (SurveyQuestionForm,), {**fields, **build_kind_fields(kind)})


def build_kind_fields(kind: SurveyQuestionKind) -> dict[str, Any]:
    """Return the fields that only questions of a kind have, by name."""
    if kind in CHOICE_KINDS:
        return {"choices": FieldList(FormField(ChoiceForm), label=_("Choices"), max_entries=MAX_CHOICES_PER_QUESTION)}
    if kind == SurveyQuestionKind.MATRIX:
        scales = [SelectChoice(str(scale), label) for scale, label in SCALE_LABELS.items()]
        return {
            "rows": FieldList(FormField(ChoiceForm), label=_("Rows"), max_entries=MAX_CHOICES_PER_QUESTION),
            "scale": RadioField(
                _("Scale"), [InputRequired()], choices=scales, default=str(SurveyQuestionKind.AGREEMENT)
            ),
        }
    if kind == SurveyQuestionKind.NUMBER:
        validators = [Optional(), NumberRange(-MAX_ANSWER_NUMBER, MAX_ANSWER_NUMBER)]
        return {"least": NumberField(_("Smallest"), validators), "most": NumberField(_("Largest"), validators)}
    return {}


def format_position_label(question: SurveyQuestion) -> str:
    """Return the label of the position after a question, with a long text shortened."""
    text = question.text.get_text(get_page_language())
    is_short = len(text) <= MAX_POSITION_LABEL_LENGTH
    return _("After “%(question)s”", question=text if is_short else f"{text[: MAX_POSITION_LABEL_LENGTH - 1]}…")


def build_question_form_data(question: SurveyQuestion, previous_key: str) -> dict[str, Any]:
    """Return the initial data of the form, by field name, for a question after the one with `previous_key`."""
    condition = question.show_if
    return {
        "text": question.text.to_mapping(),
        "after": previous_key or FIRST_POSITION,
        "show_if": [f"{condition.question_key}={answer}" for answer in condition.answers] if condition else [],
        "required": question.required,
        "choices": [build_choice_form_data(choice) for choice in question.choices],
        "rows": [build_choice_form_data(row) for row in question.rows],
        "scale": str(question.scale if question.scale in SCALE_KINDS else SurveyQuestionKind.AGREEMENT),
        "least": question.least,
        "most": question.most,
    }
