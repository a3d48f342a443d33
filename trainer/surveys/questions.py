"""Questions: their kinds, how they are kept, and the ready-made satisfaction survey."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trainer.language.translated import Translated

OVERALL = "overall"  # the same item in every survey, so that the project's satisfaction can be computed


class QuestionKind(StrEnum):
    """What an answer looks like."""

    SATISFACTION = "satisfaction"  # 1 very dissatisfied … 5 very satisfied
    AGREEMENT = "agreement"  # 1 strongly disagree … 5 strongly agree
    TEXT = "text"


RATED = (QuestionKind.SATISFACTION, QuestionKind.AGREEMENT)


@dataclass(frozen=True)
class Question:
    """A question of a survey's version."""

    key: str
    kind: QuestionKind
    text: Translated
    required: bool = False

    def kept(self) -> dict[str, Any]:
        """Give the question as it is kept in a version."""
        return {"key": self.key, "kind": str(self.kind), "text": self.text.parts(), "required": self.required}

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Question":
        """Read a question of a version."""
        return cls(kept["key"], QuestionKind(kept["kind"]), Translated.of(kept["text"]), bool(kept.get("required")))


def satisfaction(key: str, kk: str, ru: str, en: str, required: bool = False) -> Question:
    """Make a question about satisfaction."""
    return Question(key, QuestionKind.SATISFACTION, Translated(kk, ru, en), required)


def agreement(key: str, kk: str, ru: str, en: str) -> Question:
    """Make a question about agreement."""
    return Question(key, QuestionKind.AGREEMENT, Translated(kk, ru, en))


def free_text(key: str, kk: str, ru: str, en: str) -> Question:
    """Make a question answered in one's own words."""
    return Question(key, QuestionKind.TEXT, Translated(kk, ru, en))


SATISFACTION_TITLE = Translated("Қанағаттану сауалнамасы", "Опрос удовлетворённости", "Satisfaction survey")
SATISFACTION_SURVEY = (
    satisfaction(
        OVERALL,
        "Жалпы алғанда, семинарға қаншалықты қанағаттанасыз?",
        "Насколько Вы в целом удовлетворены семинаром?",
        "Overall, how satisfied are you with the seminar?",
        required=True,
    ),
    agreement(
        "useful",
        "Семинар жұмысыма пайдалы болды.",
        "Семинар полезен для моей работы.",
        "The seminar is useful for my work.",
    ),
    agreement(
        "clear", "Материал түсінікті баяндалды.", "Материал изложен понятно.", "The material was explained clearly."
    ),
    agreement(
        "practice",
        "Тәжірибелік жаттығуға уақыт жеткілікті болды.",
        "Времени на практику было достаточно.",
        "There was enough time to practise.",
    ),
    agreement(
        "confidence",
        "Үйренгенімді енді өз бетімше қолдана аламын.",
        "Теперь я могу самостоятельно применять изученное.",
        "I can now use what I learned on my own.",
    ),
    satisfaction(
        "trainers",
        "Тренерлердің жұмысына қаншалықты қанағаттанасыз?",
        "Насколько Вы удовлетворены работой тренеров?",
        "How satisfied are you with the trainers?",
    ),
    satisfaction(
        "materials",
        "Үлестірме материалдарға қаншалықты қанағаттанасыз?",
        "Насколько Вы удовлетворены раздаточными материалами?",
        "How satisfied are you with the handouts?",
    ),
    satisfaction(
        "venue",
        "Ұйымдастыруға және өткізілу орнының қолжетімділігіне қаншалықты қанағаттанасыз?",
        "Насколько Вы удовлетворены организацией и доступностью места проведения?",
        "How satisfied are you with the organisation and the accessibility of the venue?",
    ),
    free_text(
        "change",
        "Семинардан кейін жұмысыңызда нені өзгертесіз?",
        "Что Вы измените в своей работе после семинара?",
        "What will you do differently after the seminar?",
    ),
    free_text("missing", "Не жетіспеді?", "Чего не хватило?", "What was missing?"),
)
