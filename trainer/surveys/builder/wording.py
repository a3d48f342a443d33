"""Words of making surveys: purposes, where a survey stands, kinds of questions, and what is wrong with a question."""

from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.surveys.builder.settings import Stage
from trainer.surveys.builder.versions import QuestionsRefused
from trainer.surveys.models import Purpose
from trainer.surveys.questions.model import MOST, QuestionKind, Wrong

PURPOSES = {
    Purpose.SATISFACTION: _l("Satisfaction"),
    Purpose.PRE_TEST: _l("Test before the seminar"),
    Purpose.POST_TEST: _l("Test after the seminar"),
    Purpose.FOLLOW_UP: _l("Follow-up after 1–3 months"),
    Purpose.SKILLS: _l("Practical skills, marked by a trainer"),
    Purpose.OTHER: _l("Something else"),
}
STAGES = {
    Stage.BUILDING: _l("Not released yet"),
    Stage.NOT_YET: _l("Opens later"),
    Stage.OPEN: _l("Open"),
    Stage.SEALING: _l("Closed; the answers are being shuffled"),
    Stage.CLOSED: _l("Closed"),
}
TONES = {Stage.BUILDING: "warn", Stage.NOT_YET: "", Stage.OPEN: "good", Stage.SEALING: "warn", Stage.CLOSED: "soft"}
KINDS = {
    QuestionKind.SATISFACTION: _l("Satisfaction, 5 steps"),
    QuestionKind.AGREEMENT: _l("Agreement, 5 steps"),
    QuestionKind.SINGLE: _l("One of several choices"),
    QuestionKind.MULTIPLE: _l("Several choices"),
    QuestionKind.MATRIX: _l("Matrix: several rows, one scale"),
    QuestionKind.YES_NO: _l("Yes or no"),
    QuestionKind.NUMBER: _l("Whole number"),
    QuestionKind.NPS: _l("How likely to recommend, 0 to 10"),
    QuestionKind.SHORT_TEXT: _l("Short text"),
    QuestionKind.TEXT: _l("Long text"),
    QuestionKind.CODE: _l("Own code, to pair anonymous tests"),
    QuestionKind.SECTION: _l("Section: a heading or a note"),
}


def why_refused(refused: QuestionsRefused) -> str:
    """Say why the questions could not be asked like this."""
    first = refused.problems[0]
    if first.wrong == Wrong.TOO_MANY:
        return _("A survey has at most %(most)d questions.", most=MOST)
    question = refused.questions[first.place].text.to(language())
    if first.wrong == Wrong.CONDITION:
        return _(
            "“%(question)s” is shown only after a certain answer to an earlier question. That question has to stand before it "
            "and keep that answer; change the condition first.",
            question=question,
        )
    if first.wrong == Wrong.KEY:
        return _("The survey asks “%(question)s” already.", question=question)
    return _("“%(question)s” is not whole: look at its words and choices.", question=question)
