"""Learning gain: results of the tests before and after a seminar in pairs, and results of skills checklists."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy.orm import Session

from trainer.language.collation import fold_text
from trainer.surveys.answers import VersionAnswers, list_version_answers
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.deduplication import map_responses_by_registration
from trainer.surveys.models import TEST_PURPOSES, Survey, SurveyPurpose
from trainer.surveys.questions.model import SurveyQuestion, SurveyQuestionKind
from trainer.surveys.questions.validation import calculate_score, is_answer_correct
from trainer.surveys.results.aggregation import MIN_GROUP_SIZE, has_small_group
from trainer.surveys.results.statistics import (
    GainBand,
    calculate_mean,
    calculate_normalised_change,
    calculate_normalised_gain,
    classify_gain,
    is_percent_reached,
)

CorrectAndTotal = tuple[int, int]
"""Number of correct answers and number of questions in one test of one person."""


@dataclass(frozen=True)
class CorrectCount:
    """How many people answered a test question correctly, out of those who were asked."""

    correct: int
    total: int


@dataclass(frozen=True)
class QuestionComparison:
    """A test question before and after the seminar; None where that test does not contain it."""

    question: SurveyQuestion
    before: CorrectCount | None
    after: CorrectCount | None


@dataclass(frozen=True)
class PairedScores:
    """The scores of people who took both tests."""

    pairs: tuple[tuple[CorrectAndTotal, CorrectAndTotal], ...]
    unpaired_count: int
    """Number of other scores without a counterpart: the person took one test only, or gave no code."""
    duplicate_code_count: int
    """Number of scores left out because their code was used on more than one test."""
    unpaired_by_test: tuple[int, int] = (0, 0)
    """Number of scores of each test that are in no pair, for any reason."""
    anonymous: bool = False

    @property
    def pair_count(self) -> int:
        """Return the number of pairs."""
        return len(self.pairs)

    @property
    def is_too_few(self) -> bool:
        """Return True if there are fewer than five pairs."""
        return self.pair_count < MIN_GROUP_SIZE

    @property
    def can_be_shown(self) -> bool:
        """Return True if the figures of the pairs may be shown.

        Without names: not if the pairs, or the scores outside them, are so few that individual scores could be computed.
        """
        return self.pair_count > 0 and not (
            self.anonymous and (self.is_too_few or has_small_group(self.unpaired_by_test))
        )

    @property
    def mean_before(self) -> Fraction:
        """Return the mean percentage before the seminar."""
        return calculate_mean([calculate_correct_percent(before) for before, _after in self.pairs])

    @property
    def mean_after(self) -> Fraction:
        """Return the mean percentage after the seminar."""
        return calculate_mean([calculate_correct_percent(after) for _before, after in self.pairs])

    @property
    def normalised_gain(self) -> Fraction | None:
        """Return the normalised gain of the group; None if all answers were correct before."""
        return calculate_normalised_gain(self.mean_before, self.mean_after)

    @property
    def mean_change(self) -> Fraction | None:
        """Return the mean of the normalised changes; None if nobody has one."""
        changes = [
            calculate_normalised_change(calculate_correct_percent(before), calculate_correct_percent(after))
            for before, after in self.pairs
        ]
        known_changes = [change for change in changes if change is not None]
        return calculate_mean(known_changes) if known_changes else None

    @property
    def gain_band(self) -> GainBand | None:
        """Return the band of the gain: loss, low, medium or high."""
        return classify_gain(self.normalised_gain) if self.normalised_gain is not None else None


@dataclass(frozen=True)
class PassRate:
    """How many people reached the pass mark (percent), of all who took the test."""

    passed: int
    total: int
    pass_mark: int


@dataclass(frozen=True)
class LearningGain:
    """The results of a test together with its counterpart before or after the seminar."""

    pre_test: Survey | None
    post_test: Survey | None
    comparisons: tuple[QuestionComparison, ...]
    mean_before: Fraction | None
    mean_after: Fraction | None
    pass_rate: PassRate | None
    paired_scores: PairedScores | None
    """None if one of the tests is missing, or only one of them is anonymous."""


def calculate_correct_percent(score: CorrectAndTotal) -> Fraction:
    """Return the percentage of correct answers."""
    return Fraction(100 * score[0], score[1])


def pair_scores(
    before: Iterable[tuple[Hashable, CorrectAndTotal]],
    after: Iterable[tuple[Hashable, CorrectAndTotal]],
    anonymous: bool = False,
) -> PairedScores:
    """Pair scores by person: a registration id, or the participant's code in anonymous tests.

    A person with two scores in one test is left out, as is an empty code.
    """
    before_by_person, after_by_person = group_scores_by_person(before), group_scores_by_person(after)
    ambiguous_people = {
        person
        for person in (*before_by_person, *after_by_person)
        if len(before_by_person.get(person, ())) > 1 or len(after_by_person.get(person, ())) > 1
    }
    ambiguous_people.discard("")
    paired_people = [
        person
        for person in before_by_person
        if person in after_by_person and person not in ambiguous_people and person != ""
    ]
    unpaired_by_test = tuple(
        sum(len(scores) for scores in group.values()) - len(paired_people)
        for group in (before_by_person, after_by_person)
    )
    ambiguous_count = sum(
        len(group.get(person, ())) for group in (before_by_person, after_by_person) for person in ambiguous_people
    )
    pairs = tuple((before_by_person[person][0], after_by_person[person][0]) for person in paired_people)
    return PairedScores(
        pairs,
        sum(unpaired_by_test) - ambiguous_count,
        ambiguous_count,
        (unpaired_by_test[0], unpaired_by_test[1]),
        anonymous,
    )


def group_scores_by_person(scores: Iterable[tuple[Hashable, CorrectAndTotal]]) -> dict[Hashable, list[CorrectAndTotal]]:
    """Return the scores by person, without tests that have no question with a correct answer."""
    scores_by_person: dict[Hashable, list[CorrectAndTotal]] = {}
    for person, score in scores:
        if score[1]:
            scores_by_person.setdefault(person, []).append(score)
    return scores_by_person


def normalise_participant_code(questions: Iterable[SurveyQuestion], answers: Mapping[str, object]) -> str:
    """Return the participant's code as it is compared: without case, look-alike letters and blanks."""
    key = next((question.key for question in questions if question.kind == SurveyQuestionKind.CODE), "")
    return fold_text(str(answers.get(key) or "")).replace(" ", "")


def calculate_learning_gain(session: Session, survey: Survey, seminar_surveys: Sequence[Survey]) -> LearningGain | None:
    """Return the results of a test and its counterpart among the seminar's surveys; None if it is not a test."""
    if survey.purpose not in TEST_PURPOSES:
        return None
    before, after = find_test_pair(survey, seminar_surveys)
    answers_by_test = [list_visible_test_answers(session, test) for test in (before, after)]
    correct_before, correct_after = (
        count_correct_answers(test_answers, survey.anonymous) for test_answers in answers_by_test
    )
    questions = {
        question.key: question
        for test_answers in reversed(answers_by_test)
        for version in test_answers
        for question in version.questions
    }
    items = tuple(
        QuestionComparison(question, correct_before.get(key), correct_after.get(key))
        for key, question in questions.items()
        if key in correct_before or key in correct_after
    )
    means = [calculate_mean_score(test_answers) for test_answers in answers_by_test]
    pass_rate = calculate_pass_rate(answers_by_test[1], survey.seminar.pass_mark)
    return LearningGain(before, after, items, means[0], means[1], pass_rate, pair_tests(session, before, after))


def find_test_pair(survey: Survey, surveys: Sequence[Survey]) -> tuple[Survey | None, Survey | None]:
    """Return the pre-test and the post-test that belong together; None for a missing one.

    An anonymous test is paired with one other only: the pairs of two combinations would differ by so few that these could be
    identified.
    """
    counterpart = find_matching_test(survey, surveys)
    if (
        counterpart
        and counterpart.anonymous
        and survey.anonymous
        and find_matching_test(counterpart, surveys) != survey
    ):
        counterpart = None
    return (survey, counterpart) if survey.purpose == SurveyPurpose.PRE_TEST else (counterpart, survey)


def find_matching_test(survey: Survey, surveys: Sequence[Survey]) -> Survey | None:
    """Return the counterpart of a test: preferably with the same anonymity, then the nearest by number."""
    wanted_purpose = SurveyPurpose.POST_TEST if survey.purpose == SurveyPurpose.PRE_TEST else SurveyPurpose.PRE_TEST
    candidates = [candidate for candidate in surveys if candidate.purpose == wanted_purpose]
    return min(
        candidates,
        key=lambda candidate: (candidate.anonymous != survey.anonymous, abs(candidate.number - survey.number)),
        default=None,
    )


def list_visible_test_answers(session: Session, survey: Survey | None) -> list[VersionAnswers]:
    """Return the answers to a test by version; empty if there are too few anonymous responses."""
    versions = list_version_answers(session, survey) if survey else []
    is_too_few = (
        survey is not None and survey.anonymous and sum(len(version.answers) for version in versions) < MIN_GROUP_SIZE
    )
    return [] if is_too_few else versions


def count_correct_answers(versions: Sequence[VersionAnswers], anonymous: bool) -> dict[str, CorrectCount]:
    """Return the correct answers to each test question by key; a missing answer counts as incorrect.

    A question with too few anonymous answers is left out.
    """
    answers_by_question: dict[str, list[tuple[SurveyQuestion, object]]] = defaultdict(list)
    for version in versions:
        for question in version.questions:
            if question.has_correct_choice:
                answers_by_question[question.key] += [
                    (question, answers.get(question.key)) for answers in version.answers
                ]
    return {
        key: CorrectCount(sum(is_answer_correct(*answer) for answer in question_answers), len(question_answers))
        for key, question_answers in answers_by_question.items()
        if question_answers
        and not (anonymous and has_small_group([sum(answer is not None for _question, answer in question_answers)]))
    }


def list_test_scores(versions: Iterable[VersionAnswers]) -> list[CorrectAndTotal]:
    """Return the score of each response to a test."""
    scores = [calculate_score(version.questions, answers) for version in versions for answers in version.answers]
    return [(score.correct, score.total) for score in scores if score.total]


def calculate_mean_score(versions: Sequence[VersionAnswers]) -> Fraction | None:
    """Return the mean percentage of a test; None if nobody took it."""
    results = [calculate_correct_percent(score) for score in list_test_scores(versions)]
    return calculate_mean(results) if results else None


def calculate_pass_rate(versions: Sequence[VersionAnswers], pass_mark: int | None) -> PassRate | None:
    """Return how many reached the pass mark; None without a pass mark or responses."""
    scores = list_test_scores(versions)
    if not pass_mark or not scores:
        return None
    return PassRate(
        sum(is_percent_reached(correct, total, pass_mark) for correct, total in scores), len(scores), pass_mark
    )


def pair_tests(session: Session, before: Survey | None, after: Survey | None) -> PairedScores | None:
    """Pair two tests by registration or, if both are anonymous, by the participants' codes; None if they don't fit."""
    if before is None or after is None or before.anonymous != after.anonymous:
        return None
    if before.anonymous:
        return pair_scores(list_scores_by_code(session, before), list_scores_by_code(session, after), anonymous=True)
    return pair_scores(list_scores_by_registration(session, before), list_scores_by_registration(session, after))


def list_scores_by_code(session: Session, survey: Survey) -> list[tuple[Hashable, CorrectAndTotal]]:
    """Return the scores of a sealed anonymous test with the participant's code; empty if it is not sealed."""
    return [
        (normalise_participant_code(version.questions, answers), calculate_test_score(version.questions, answers))
        for version in list_version_answers(session, survey)
        for answers in version.answers
    ]


def list_scores_by_registration(session: Session, survey: Survey) -> list[tuple[Hashable, CorrectAndTotal]]:
    """Return the scores of a test with names with the surviving registration id."""
    questions = {version.id: list_version_questions(version) for version in survey.versions}
    return [
        (registration_id, calculate_test_score(questions[response.version_id], response.answers))
        for registration_id, response in map_responses_by_registration(session, survey).items()
    ]


def calculate_test_score(questions: Sequence[SurveyQuestion], answers: Mapping[str, object]) -> CorrectAndTotal:
    """Return the score of one response."""
    score = calculate_score(questions, answers)
    return score.correct, score.total
