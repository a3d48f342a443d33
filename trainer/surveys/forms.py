"""The form of a survey, made of its questions."""

from typing import Any

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from trainer.language.words import gettext as _
from trainer.language.words import lazy_gettext as _l
from trainer.surveys.questions import Question, QuestionKind
from trainer.web.forms import CleanArea, Form

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


class AnswerForm(Form):
    """The answers to one version of a survey."""

    version = HiddenField()

    @property
    def answers(self) -> dict[str, Any]:
        """Give what was answered, by the questions' keys; what was left out is absent."""
        fields = {name[2:]: field for name, field in self._fields.items() if name.startswith("q_")}
        return {
            key: int(field.data) if isinstance(field, RadioField) else field.data
            for key, field in fields.items()
            if field.data
        }


def answer_form(questions: list[Question], language: str) -> type[AnswerForm]:
    """Make the form of these questions."""
    fields = {f"q_{question.key}": field_of(question, language) for question in questions}
    return type("Answers", (AnswerForm,), fields)


def field_of(question: Question, language: str) -> Any:
    """Make the field of a question."""
    label = question.text.to(language)
    if question.kind == QuestionKind.TEXT:
        return CleanArea(label, longest=2000, required=question.required)
    presence: Any = InputRequired(_("Please choose an answer.")) if question.required else Optional()
    scale = SCALES[question.kind]
    return RadioField(label, [presence], choices=[SelectChoice(str(value), words) for value, words in scale.items()])
