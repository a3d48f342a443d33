"""The form in which an organizer words a question: it has the fields that questions of its kind need, and no others."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput

from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translated import Translated
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
from trainer.web.forms import BaseForm, NumberField, TranslatedField

SPARE_ROW_COUNT = 2
FIRST_POSITION = "-"  # stands for the place before all questions
SCALE_LABELS = {SurveyQuestionKind.AGREEMENT: _l("Agreement"), SurveyQuestionKind.SATISFACTION: _l("Satisfaction")}


class ChoiceForm(PlainForm):  # type: ignore[misc]
    """A choice of a question or a row of a matrix; one whose words are emptied goes."""

    key = HiddenField()
    text = TranslatedField(_l("Wording"), max_length=300, is_multiline=True)
    right = BooleanField(_l("Correct answer"))

    @property
    def choice(self) -> Choice:
        """What was typed."""
        return Choice(self.key.data or "", join_text_lines(self.text.value), bool(self.right.data))


class SurveyQuestionForm(BaseForm):
    """What every question has."""

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
    seen = HiddenField()

    @property
    def question(self) -> SurveyQuestion:
        """Give what was typed, as a question without keys of its own."""
        kind = self.kind
        return SurveyQuestion(
            key="",
            kind=kind,
            text=join_text_lines(self.text.value),
            required=bool(self.required and self.required.data),
            choices=tuple(list_filled_choices(self.choices)),
            rows=tuple(list_filled_choices(self.rows)),
            scale=SurveyQuestionKind(self.scale.data)
            if self.scale and self.scale.data
            else SurveyQuestionKind.AGREEMENT,
            least=self.least.data if self.least else None,
            most=self.most.data if self.most else None,
            show_if=self.condition,
        )

    @property
    def condition(self) -> Condition | None:
        """Give the answers that were ticked; they belong to one question."""
        pairs = [each.rpartition("=") for each in self.show_if.data or ()]
        if not pairs:
            return None
        return Condition(pairs[0][0], tuple(answer for question, _is, answer in pairs if question == pairs[0][0]))

    @property
    def condition_options(self) -> list[tuple[SurveyQuestion, list[Any]]]:
        """Give the questions whose answers a condition may ask for, each with a tick for every answer."""
        ticks = list(self.show_if)
        groups = [
            (each, [tick for tick in ticks if tick.data.rpartition("=")[0] == each.key])
            for each in self.earlier_questions
        ]
        return [(each, own) for each, own in groups if own]

    @property
    def entries(self) -> Any:
        """The list of choices or of rows; None where the kind has none."""
        return self.rows if self.choices is None else self.choices  # an empty list of fields is false

    def append_spare_rows(self) -> None:
        """Leave empty rows for further choices."""
        if self.entries is not None:
            for _row in range(min(SPARE_ROW_COUNT, MAX_CHOICES_PER_QUESTION - len(self.entries))):
                self.entries.append_entry()

    def move_entry_up(self, position: int) -> None:
        """Let a choice and the one above change places."""
        there = self.entries
        if there is not None and 0 < position < len(there):
            data = [each.data for each in there]
            data[position - 1], data[position] = data[position], data[position - 1]
            while len(there):
                there.pop_entry()
            for each in data:
                there.append_entry(each)

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        field, wrong = self.find_problem()
        if wrong:
            field.errors = [wrong]
        return not wrong

    def find_problem(self) -> tuple[Any, str]:
        """Say which field is wrong and why; empty words where nothing is."""
        if len({each.rpartition("=")[0] for each in self.show_if.data or ()}) > 1:
            return self.show_if, _("Tick answers to one question only.")
        if self.least and None not in (self.least.data, self.most.data) and self.least.data > self.most.data:
            return self.most, _("The largest number must not be smaller than the smallest.")
        return self.entries, self.find_choices_problem()

    def find_choices_problem(self) -> str:
        """Say what is wrong with the choices or the rows."""
        if self.entries is None:
            return ""
        there, least = list_filled_choices(self.entries), 1 if self.rows is not None else 2
        if len(there) < least:
            return _("Enter at least one row.") if self.rows is not None else _("Enter at least two choices.")
        if any(not (each.text.kk or each.text.ru) for each in there):
            return _("Enter this in Kazakh or Russian at least.")
        if any(has_duplicate_texts([each.text.get_exact_text(code) for each in there]) for code in ("kk", "ru", "en")):
            return _("A choice appears twice.")
        return ""


def list_filled_choices(entries: Any) -> list[Choice]:
    """Give the choices that say something, in their order."""
    return [each.form.choice for each in entries if each.form.text.value] if entries is not None else []


def join_text_lines(text: Translated) -> Translated:
    """Give a text without line breaks; its field has several lines only so that all of it is seen."""
    return Translated.from_mapping({language: " ".join(said.split()) for language, said in text.to_mapping().items()})


def has_duplicate_texts(texts: list[str]) -> bool:
    """Whether some words stand twice, letters large or small."""
    said = [each.casefold() for each in texts if each]
    return len(set(said)) < len(said)


def build_survey_question_form(
    kind: SurveyQuestionKind,
    other_questions: Sequence[SurveyQuestion],
    earlier_questions: Sequence[SurveyQuestion],
    *,
    answered: bool = False,
) -> type[SurveyQuestionForm]:
    """Make the form for questions of a kind, in a survey that asks others too; the earlier ones may be conditions."""
    places = [
        SelectChoice(FIRST_POSITION, _("At the start")),
        *(SelectChoice(each.key, format_position_label(each)) for each in other_questions),
    ]
    pairs = [
        SelectChoice(f"{each.key}={answer}", get_answer_label(each, answer))
        for each in earlier_questions
        for answer in list_condition_answers(each)
    ]
    fields: dict[str, Any] = {
        "kind": kind,
        "after": SelectField(_("Position in the survey"), choices=places, validate_choice=False),
        "show_if": SelectMultipleField(
            _("Show only after certain answers"), choices=pairs, option_widget=CheckboxInput(), validate_choice=False
        ),
        "earlier_questions": tuple(earlier_questions),
    }
    if kind != SurveyQuestionKind.SECTION:
        fields["required"] = BooleanField(_("An answer is required"))
    if answered:
        fields["counts_on"] = BooleanField(_("Same meaning as before: count the answers together"), default=True)
    return type("OneQuestion", (SurveyQuestionForm,), {**fields, **build_kind_fields(kind)})


def build_kind_fields(kind: SurveyQuestionKind) -> dict[str, Any]:
    """Give the fields that questions of a kind have beside the others."""
    if kind in CHOICE_KINDS:
        return {"choices": FieldList(FormField(ChoiceForm), label=_("Choices"), max_entries=MAX_CHOICES_PER_QUESTION)}
    if kind == SurveyQuestionKind.MATRIX:
        scale = [SelectChoice(str(each), name) for each, name in SCALE_LABELS.items()]
        return {
            "rows": FieldList(FormField(ChoiceForm), label=_("Rows"), max_entries=MAX_CHOICES_PER_QUESTION),
            "scale": RadioField(
                _("Scale"), [InputRequired()], choices=scale, default=str(SurveyQuestionKind.AGREEMENT)
            ),
        }
    if kind == SurveyQuestionKind.NUMBER:
        bounds = [Optional(), NumberRange(0, MAX_ANSWER_NUMBER)]
        return {"least": NumberField(_("Smallest"), bounds), "most": NumberField(_("Largest"), bounds)}
    return {}


def format_position_label(question: SurveyQuestion) -> str:
    """Name the place after a question."""
    words = question.text.get_text(get_page_language())
    return _("After “%(question)s”", question=words if len(words) <= 60 else f"{words[:59]}…")


def build_question_form_data(question: SurveyQuestion, previous_key: str) -> dict[str, Any]:
    """Give what the form shows of a question that stands after another one."""
    condition = question.show_if
    return {
        "text": question.text.to_mapping(),
        "after": previous_key or FIRST_POSITION,
        "show_if": [f"{condition.question_key}={each}" for each in condition.answers] if condition else [],
        "required": question.required,
        "choices": [build_choice_form_data(each) for each in question.choices],
        "rows": [build_choice_form_data(each) for each in question.rows],
        "scale": str(question.scale if question.scale in SCALE_KINDS else SurveyQuestionKind.AGREEMENT),
        "least": question.least,
        "most": question.most,
    }


def build_choice_form_data(choice: Choice) -> dict[str, Any]:
    """Give what the form shows of a choice."""
    return {"key": choice.key, "text": choice.text.to_mapping(), "right": choice.is_correct}


def build_placeholder_text() -> Translated:
    """Words for a preview of a question that has none yet."""
    words = "…"
    return Translated(words, words, words)
