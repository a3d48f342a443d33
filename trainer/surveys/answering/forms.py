"""The form of a survey, made of its questions, and the form of test results, made of the participants."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Field, HiddenField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput

from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.registration.models import Registration
from trainer.surveys.questions.model import LONGEST, SCALED, Question, QuestionKind
from trainer.surveys.questions.validation import AnswersRefused, Refusal, checked, fitting, shown
from trainer.web.forms import CleanArea, CleanField, Form, NumberField

SCALES = {
    QuestionKind.SATISFACTION: {
        5: _l("Very satisfied"),
        4: _l("Satisfied"),
        3: _l("Neither satisfied nor dissatisfied"),
        2: _l("Dissatisfied"),
        1: _l("Very dissatisfied"),
    },
    QuestionKind.AGREEMENT: {
        5: _l("Strongly agree"),
        4: _l("Agree"),
        3: _l("Hard to say"),
        2: _l("Disagree"),
        1: _l("Strongly disagree"),
    },
}
NPS = {value: str(value) for value in range(11)}
YES_NO = {"yes": _l("Yes"), "no": _l("No")}
PREFIX = "q_"


class AnswerForm(Form):
    """The answers to one version of a survey: a field for each question, for a matrix one for each row."""

    questions: Sequence[Question] = ()
    version = HiddenField()

    @property
    def given(self) -> dict[str, Any]:
        """Give what was given to each question, answer or not, as `checking` wants it."""
        return {each.key: value_of(each, self) for each in self.questions if each.kind != QuestionKind.SECTION}

    @property
    def answers(self) -> dict[str, Any]:
        """Give the answers to keep; the form is valid."""
        return checked(self.questions, self.given)

    def fields_of(self, question: Question) -> list[Field]:
        """Give the fields of a question."""
        return [self[name] for name in names_of(question)]

    def validate(self, extra_validators: Any = None, *, complete: bool = True) -> bool:
        """Say next to the questions that are shown what is wrong; what is not shown need not be right. A draft may lack answers."""
        super().validate(extra_validators)
        seen = {each.key for each in shown(self.questions, self.given)}
        for question in self.questions:
            if question.key not in seen:
                for field in self.fields_of(question):
                    field.errors = ()
        try:
            checked(self.questions, self.given, complete=complete)
        except AnswersRefused as refused:
            self.refuse(refused.refusals)
        return not self.errors

    def refuse(self, refusals: Mapping[str, Refusal]) -> None:
        """Say next to the questions why their answers are none, where nothing is said yet."""
        for question in self.questions:
            why = refusals.get(question.key)
            fields = self.fields_of(question)
            if why is None or any(field.errors for field in fields):
                continue
            blank = [each for each in fields if not each.data] if why == Refusal.MISSING else []
            for field in blank or fields:
                field.errors = [sentence(question, why)]


def sentence(question: Question, why: Refusal) -> str:
    """Say why an answer is none."""
    written = question.kind in LONGEST or question.kind == QuestionKind.NUMBER
    if why == Refusal.MISSING:
        return _("This field is needed.") if written else _("Please choose an answer.")
    if why == Refusal.TOO_LONG:
        return _("At most %(most)d characters, please.", most=LONGEST[question.kind])
    return bounds(question) if question.kind == QuestionKind.NUMBER else _("Please choose one of the answers offered.")


def bounds(question: Question) -> str:
    """Say which numbers are answers."""
    least = question.least or 0
    if question.most is None:
        return _("A whole number from %(least)d up.", least=least)
    return _("A whole number from %(least)d to %(most)d.", least=least, most=question.most)


def answer_form(questions: Sequence[Question], language: str) -> type[AnswerForm]:
    """Make the form of these questions."""
    fields = {name: field for each in questions for name, field in fields_for(each, language).items()}
    return type("Answers", (AnswerForm,), {**fields, "questions": tuple(questions)})


def data_of(questions: Sequence[Question], given: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a form shows of answers given to these questions or to others: the data to make it with; what does not fit is left out."""
    fits = fitting(questions, given)
    return {
        name: value
        for question in questions
        if question.key in fits
        for name, value in zip(names_of(question), shown_values(question, fits[question.key]), strict=True)
    }


def shown_values(question: Question, answer: Any) -> list[Any]:
    """Give an answer as the fields of its question want it."""
    if question.kind == QuestionKind.MATRIX:
        return [str(answer.get(each.key, "")) for each in question.rows]
    if question.kind == QuestionKind.YES_NO:
        return ["yes" if answer else "no"]
    return [str(answer) if question.kind in (*SCALED, QuestionKind.NPS) else answer]


def names_of(question: Question) -> list[str]:
    """Name the fields of a question."""
    if question.kind == QuestionKind.SECTION:
        return []
    if question.kind == QuestionKind.MATRIX:
        return [f"{PREFIX}{question.key}-{row.key}" for row in question.rows]
    return [f"{PREFIX}{question.key}"]


def value_of(question: Question, form: AnswerForm) -> Any:
    """Give what was given to a question, as `checking` wants it; what can't be read as such stays as it was typed."""
    if question.kind == QuestionKind.MATRIX:
        rows = zip(question.rows, form.fields_of(question), strict=True)
        return {row.key: numeral(field.data) for row, field in rows if field.data}
    data = form[PREFIX + question.key].data
    if question.kind == QuestionKind.YES_NO:
        return {"yes": True, "no": False}.get(data, data)
    return numeral(data) if question.kind in (*SCALED, QuestionKind.NPS) else data


def numeral(typed: Any) -> Any:
    """Give the number of a scale that a button sends; all else as it is."""
    return int(typed) if typed in NPS.values() else typed


def fields_for(question: Question, language: str) -> dict[str, Any]:
    """Make the fields of a question by their names."""
    label = question.text.to(language)
    names = names_of(question)
    if question.kind == QuestionKind.MATRIX:
        words = SCALES[question.scale]
        labels = [f"{label} {row.text.to(language)}" for row in question.rows]
        return {name: one_of(row, words) for name, row in zip(names, labels, strict=True)}
    return {name: field_of(question, label, language) for name in names}


def field_of(question: Question, label: str, language: str) -> Any:
    """Make the field of a question that has one."""
    texts = {each.key: each.text.to(language) for each in question.choices}
    if question.kind == QuestionKind.TEXT:
        return CleanArea(label, longest=LONGEST[question.kind])
    if question.kind in LONGEST:
        return CleanField(label, longest=LONGEST[question.kind], render_kw={"autocomplete": "off"})
    if question.kind == QuestionKind.NUMBER:
        return NumberField(label, [Optional()], render_kw={"inputmode": "numeric", "min": question.least or 0})
    if question.kind == QuestionKind.MULTIPLE:
        return SelectMultipleField(label, choices=options(texts), validate_choice=False, option_widget=CheckboxInput())
    scales: dict[QuestionKind, Mapping[Any, Any]] = {**SCALES, QuestionKind.NPS: NPS, QuestionKind.YES_NO: YES_NO}
    return one_of(label, scales.get(question.kind, texts))


def one_of(label: str, words: Mapping[Any, Any]) -> Any:
    """Make a field of which one answer is chosen; `checking` says whether it is one."""
    return RadioField(label, choices=options(words), validate_choice=False)


def options(words: Mapping[Any, Any]) -> list[SelectChoice]:
    """Offer values with their words."""
    return [SelectChoice(str(value), name) for value, name in words.items()]


class TestResultsForm(Form):
    """Percent right for each participant; an empty field takes a result back."""

    @property
    def percents(self) -> dict[int, int | None]:
        """Give what was changed, by registration: a result that came meanwhile is not undone by a field that nobody touched."""
        entered = {int(name[8:]): field.data for name, field in self._fields.items() if name.startswith("percent_")}
        return {id: percent for id, percent in entered.items() if as_seen(percent) != self[f"seen_{id}"].data}

    @property
    def seen(self) -> list[HiddenField]:
        """Give the fields that hold what was shown."""
        return [field for name, field in self._fields.items() if name.startswith("seen_")]

    def field_for(self, registration: Registration) -> NumberField:
        """Give the field of a participant."""
        field: NumberField = self[f"percent_{registration.id}"]
        return field


def percents_form(people: list[Registration]) -> type[TestResultsForm]:
    """Make the form for these participants."""
    percents = {
        f"percent_{each.id}": NumberField(each.person.full_name, [Optional(), NumberRange(0, 100)]) for each in people
    }
    return type("TestResults", (TestResultsForm,), percents | {f"seen_{each.id}": HiddenField() for each in people})


def percents_data(people: list[Registration], known: Mapping[int, int]) -> dict[str, Any]:
    """Give what the form shows of the results that are known."""
    shown = {f"percent_{each.id}": known.get(each.id) for each in people}
    return shown | {f"seen_{each.id}": as_seen(known.get(each.id)) for each in people}


def as_seen(percent: int | None) -> str:
    """Write a result as the form says that it was shown."""
    return "" if percent is None else str(percent)
