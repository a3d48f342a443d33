"""The form in which an organizer words a question: it has the fields that questions of its kind need, and no others."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput

from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translated import Translated
from trainer.surveys.answering.wording import text_of
from trainer.surveys.questions.model import (
    MOST_CHOICES,
    SCALED,
    WITH_CHOICES,
    Choice,
    Condition,
    Question,
    QuestionKind,
    answers_of,
)
from trainer.surveys.questions.validation import LARGEST
from trainer.web.forms import Form, NumberField, TranslatedField

SPARE_ROWS = 2
FIRST = "-"  # stands for the place before all questions
SCALE_NAMES = {QuestionKind.AGREEMENT: _l("Agreement"), QuestionKind.SATISFACTION: _l("Satisfaction")}


class ChoiceForm(PlainForm):  # type: ignore[misc]
    """A choice of a question or a row of a matrix; one whose words are emptied goes."""

    key = HiddenField()
    text = TranslatedField(_l("Words"), longest=300, area=True)
    right = BooleanField(_l("Right answer"))

    @property
    def choice(self) -> Choice:
        """What was typed."""
        return Choice(self.key.data or "", in_one_line(self.text.value), bool(self.right.data))


class QuestionForm(Form):
    """What every question has."""

    kind: QuestionKind
    earlier: Sequence[Question] = ()
    counts_on: Any = None
    choices: Any = None
    rows: Any = None
    scale: Any = None
    least: Any = None
    most: Any = None
    required: Any = None
    text = TranslatedField(_l("The question"), longest=500, required=True, area=True)
    after = SelectField(_l("Place in the survey"), validate_choice=False)
    show_if = SelectMultipleField(_l("Show it only after certain answers"), validate_choice=False)
    seen = HiddenField()

    @property
    def question(self) -> Question:
        """Give what was typed, as a question without keys of its own."""
        kind = self.kind
        return Question(
            key="",
            kind=kind,
            text=in_one_line(self.text.value),
            required=bool(self.required and self.required.data),
            choices=tuple(typed(self.choices)),
            rows=tuple(typed(self.rows)),
            scale=QuestionKind(self.scale.data) if self.scale and self.scale.data else QuestionKind.AGREEMENT,
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
    def conditions(self) -> list[tuple[Question, list[Any]]]:
        """Give the questions whose answers a condition may ask for, each with a tick for every answer."""
        ticks = list(self.show_if)
        groups = [(each, [tick for tick in ticks if tick.data.rpartition("=")[0] == each.key]) for each in self.earlier]
        return [(each, own) for each, own in groups if own]

    @property
    def entries(self) -> Any:
        """The list of choices or of rows; None where the kind has none."""
        return self.rows if self.choices is None else self.choices  # an empty list of fields is false

    def add_rows(self) -> None:
        """Leave empty rows for further choices."""
        if self.entries is not None:
            for _row in range(min(SPARE_ROWS, MOST_CHOICES - len(self.entries))):
                self.entries.append_entry()

    def move_up(self, place: int) -> None:
        """Let a choice and the one above change places."""
        there = self.entries
        if there is not None and 0 < place < len(there):
            data = [each.data for each in there]
            data[place - 1], data[place] = data[place], data[place - 1]
            while len(there):
                there.pop_entry()
            for each in data:
                there.append_entry(each)

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        field, wrong = self.wrong()
        if wrong:
            field.errors = [wrong]
        return not wrong

    def wrong(self) -> tuple[Any, str]:
        """Say which field is wrong and why; empty words where nothing is."""
        if len({each.rpartition("=")[0] for each in self.show_if.data or ()}) > 1:
            return self.show_if, _("Tick answers to one question only.")
        if self.least and None not in (self.least.data, self.most.data) and self.least.data > self.most.data:
            return self.most, _("The largest number is smaller than the smallest one.")
        return self.entries, self.wrong_with_choices()

    def wrong_with_choices(self) -> str:
        """Say what is wrong with the choices or the rows."""
        if self.entries is None:
            return ""
        there, least = typed(self.entries), 1 if self.rows is not None else 2
        if len(there) < least:
            return (
                _("Please write one row at least.")
                if self.rows is not None
                else _("Please write two choices at least.")
            )
        if any(not (each.text.kk or each.text.ru) for each in there):
            return _("Please write this in Kazakh or in Russian at least.")
        if any(stands_twice([each.text.only(code) for each in there]) for code in ("kk", "ru", "en")):
            return _("A choice stands twice.")
        return ""


def typed(entries: Any) -> list[Choice]:
    """Give the choices that say something, in their order."""
    return [each.form.choice for each in entries if each.form.text.value] if entries is not None else []


def in_one_line(words: Translated) -> Translated:
    """Give a text without line breaks; its field has several lines only so that all of it is seen."""
    return Translated.of({language: " ".join(said.split()) for language, said in words.parts().items()})


def stands_twice(words: list[str]) -> bool:
    """Whether some words stand twice, letters large or small."""
    said = [each.casefold() for each in words if each]
    return len(set(said)) < len(said)


def question_form(
    kind: QuestionKind, others: Sequence[Question], earlier: Sequence[Question], *, answered: bool = False
) -> type[QuestionForm]:
    """Make the form for questions of a kind, in a survey that asks others too; the earlier ones may be conditions."""
    places = [
        SelectChoice(FIRST, _("At the beginning")),
        *(SelectChoice(each.key, after_words(each)) for each in others),
    ]
    pairs = [
        SelectChoice(f"{each.key}={answer}", text_of(each, answer)) for each in earlier for answer in answers_of(each)
    ]
    fields: dict[str, Any] = {
        "kind": kind,
        "after": SelectField(_("Place in the survey"), choices=places, validate_choice=False),
        "show_if": SelectMultipleField(
            _("Show it only after certain answers"), choices=pairs, option_widget=CheckboxInput(), validate_choice=False
        ),
        "earlier": tuple(earlier),
    }
    if kind != QuestionKind.SECTION:
        fields["required"] = BooleanField(_("An answer is required"))
    if answered:
        fields["counts_on"] = BooleanField(_("It asks the same as before: count the answers together"), default=True)
    return type("OneQuestion", (QuestionForm,), {**fields, **fields_of(kind)})


def fields_of(kind: QuestionKind) -> dict[str, Any]:
    """Give the fields that questions of a kind have beside the others."""
    if kind in WITH_CHOICES:
        return {"choices": FieldList(FormField(ChoiceForm), label=_("Choices"), max_entries=MOST_CHOICES)}
    if kind == QuestionKind.MATRIX:
        scale = [SelectChoice(str(each), name) for each, name in SCALE_NAMES.items()]
        return {
            "rows": FieldList(FormField(ChoiceForm), label=_("Rows"), max_entries=MOST_CHOICES),
            "scale": RadioField(_("Scale"), [InputRequired()], choices=scale, default=str(QuestionKind.AGREEMENT)),
        }
    if kind == QuestionKind.NUMBER:
        bounds = [Optional(), NumberRange(0, LARGEST)]
        return {"least": NumberField(_("Smallest"), bounds), "most": NumberField(_("Largest"), bounds)}
    return {}


def after_words(question: Question) -> str:
    """Name the place after a question."""
    words = question.text.to(language())
    return _("After “%(question)s”", question=words if len(words) <= 60 else f"{words[:59]}…")


def question_data(question: Question, before: str) -> dict[str, Any]:
    """Give what the form shows of a question that stands after another one."""
    condition = question.show_if
    return {
        "text": question.text.parts(),
        "after": before or FIRST,
        "show_if": [f"{condition.question}={each}" for each in condition.answers] if condition else [],
        "required": question.required,
        "choices": [choice_data(each) for each in question.choices],
        "rows": [choice_data(each) for each in question.rows],
        "scale": str(question.scale if question.scale in SCALED else QuestionKind.AGREEMENT),
        "least": question.least,
        "most": question.most,
    }


def choice_data(choice: Choice) -> dict[str, Any]:
    """Give what the form shows of a choice."""
    return {"key": choice.key, "text": choice.text.parts(), "right": choice.right}


def blank() -> Translated:
    """Words for a preview of a question that has none yet."""
    words = "…"
    return Translated(words, words, words)
