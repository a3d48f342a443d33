"""Learning gain: results of the tests before and after a seminar in pairs, and results of skills checklists."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlalchemy.orm import Session

from trainer.language.collation import fold_text
from trainer.surveys.answers import VersionAnswers, list_version_answers
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.deduplication import map_responses_by_registration
from trainer.surveys.models import TEST_PURPOSES, Survey, SurveyPurpose
from trainer.surveys.questions.model import SurveyQuestion, SurveyQuestionKind
from trainer.surveys.questions.validation import calculate_score, is_answer_correct, list_visible_questions
from trainer.surveys.results.aggregation import aggregate_versions, get_question_identity
from trainer.surveys.results.paired_scores import (
    AnonymousScore,
    CorrectAndTotal,
    PairedScores,
    calculate_correct_percent,
    pair_anonymous_scores,
    pair_scores,
)
from trainer.surveys.results.statistics import calculate_mean, is_percent_reached


@dataclass(frozen=True)
class CorrectCount:
    """How many people answered a test question correctly, out of those who were shown it."""

    correct: int
    total: int


@dataclass(frozen=True)
class QuestionComparison:
    """A test question before and after the seminar; None where that test does not contain it."""

    question: SurveyQuestion
    before: CorrectCount | None
    after: CorrectCount | None


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
    items = compare_questions(*answers_by_test)
    means = [calculate_mean_score(test_answers) for test_answers in answers_by_test]
    pass_rate = calculate_pass_rate(answers_by_test[1], survey.seminar.pass_mark)
    return LearningGain(before, after, items, means[0], means[1], pass_rate, pair_tests(session, before, after))


def list_test_comparisons(
    session: Session, survey: Survey, seminar_surveys: Sequence[Survey]
) -> tuple[QuestionComparison, ...]:
    """Return the questions of a test and its counterpart as `calculate_learning_gain` does; none if it is not a test."""
    if survey.purpose not in TEST_PURPOSES:
        return ()
    return compare_questions(
        *(list_visible_test_answers(session, test) for test in find_test_pair(survey, seminar_surveys))
    )


def compare_questions(
    before: Sequence[VersionAnswers], after: Sequence[VersionAnswers]
) -> tuple[QuestionComparison, ...]:
    """Return the test questions that somebody was shown before or after the seminar."""
    correct_before, correct_after = count_correct_answers(before), count_correct_answers(after)
    questions = {
        question.key: question
        for test_answers in (after, before)
        for version in test_answers
        for question in version.questions
    }
    return tuple(
        QuestionComparison(question, correct_before.get(key), correct_after.get(key))
        for key, question in questions.items()
        if key in correct_before or key in correct_after
    )


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
    """Return the answers to a test by version; empty if there are too few anonymous responses.

    Test questions with too few anonymous answers are left out, so that they count neither by themselves nor in scores.
    """
    versions = list_version_answers(session, survey) if survey else []
    if survey is None or not survey.anonymous:
        return versions
    results = aggregate_versions(versions, survey)
    if results.is_too_few:
        return []
    hidden_identities = {get_question_identity(item.question) for item in results.question_results if item.is_hidden}
    return [
        replace(
            version,
            questions=[
                question
                for question in version.questions
                if not question.has_correct_choice or get_question_identity(question) not in hidden_identities
            ],
        )
        for version in versions
    ]


def count_correct_answers(versions: Sequence[VersionAnswers]) -> dict[str, CorrectCount]:
    """Return the correct answers to each test question by key, out of the people who were shown it.

    A missing answer counts as incorrect.
    """
    answers_by_question: dict[str, list[tuple[SurveyQuestion, object]]] = defaultdict(list)
    for version in versions:
        for answers in version.answers:
            for question in list_visible_questions(version.questions, answers):
                if question.has_correct_choice:
                    answers_by_question[question.key].append((question, answers.get(question.key)))
    return {
        key: CorrectCount(sum(is_answer_correct(*answer) for answer in question_answers), len(question_answers))
        for key, question_answers in answers_by_question.items()
        if question_answers
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
        return pair_anonymous_scores(list_scores_by_code(session, before), list_scores_by_code(session, after))
    return pair_scores(list_scores_by_registration(session, before), list_scores_by_registration(session, after))


def list_scores_by_code(session: Session, survey: Survey) -> list[AnonymousScore]:
    """Return the scores of an anonymous test with the participant's code; empty if its answers may not be shown."""
    return [
        AnonymousScore(
            normalise_participant_code(version.questions, answers),
            calculate_test_score(version.questions, answers),
            is_entered_by_organizer=any(answers is entered for entered in version.entered_answers),
        )
        for version in list_visible_test_answers(session, survey)
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
