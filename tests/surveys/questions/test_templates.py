"""Ready-made surveys: in three languages, without a mistake, with the same overall item, tests with one right answer each."""

import pytest

from trainer.language import LANGUAGES
from trainer.seminars.models import Seminar
from trainer.surveys.models import TEST_PURPOSES, SurveyPurpose
from trainer.surveys.questions.model import OVERALL_KEY, OWN_CODE_KEY, SurveyQuestionKind, list_question_problems
from trainer.surveys.questions.templates import (
    SurveyTemplate,
    get_satisfaction_template,
    list_trainer_names,
    load_survey_templates,
)

ALL_TEMPLATES = list(load_survey_templates().values())


@pytest.mark.parametrize("ready", ALL_TEMPLATES, ids=lambda ready: ready.name)
def test_each_can_be_asked_in_every_language(ready: SurveyTemplate) -> None:
    assert list_question_problems(ready.questions) == []
    texts = [ready.title, *(each.text for each in ready.questions)]
    texts += [choice.text for each in ready.questions for choice in (*each.choices, *each.rows)]
    for text in texts:
        assert set(text.to_mapping()) == set(LANGUAGES)
        assert len(set(text.to_mapping().values())) == 3, text
    assert all(each.kind != SurveyQuestionKind.NPS for each in ready.questions)


def test_there_is_one_for_every_occasion() -> None:
    assert set(load_survey_templates()) == {
        *(f"satisfaction-{each}" for each in ("medical-worker", "personal-assistant", "anyone")),
        *(f"{kind}-test-{each}" for kind in ("pre", "post") for each in ("medical-worker", "personal-assistant")),
        "skills",
        "follow-up",
        "trip",
        "project",
    }
    assert {name: each.target for name, each in load_survey_templates().items() if each.target != 70} == {"trip": 100}
    assert [name for name, each in load_survey_templates().items() if each.for_project] == ["project"]


@pytest.mark.parametrize(
    "ready", [each for each in ALL_TEMPLATES if each.purpose in (SurveyPurpose.SATISFACTION, SurveyPurpose.FOLLOW_UP)]
)
def test_the_overall_item_is_in_all_of_them(ready: SurveyTemplate) -> None:
    [overall] = [each for each in ready.questions if each.key == OVERALL_KEY]
    assert (overall.kind, overall.required) == (SurveyQuestionKind.SATISFACTION, True)


@pytest.mark.parametrize(
    "ready", [each for each in ALL_TEMPLATES if each.purpose in TEST_PURPOSES], ids=lambda ready: ready.name
)
def test_a_test_has_one_right_answer_each_and_is_to_be_reviewed(ready: SurveyTemplate) -> None:
    first, *asked = ready.questions
    assert "дәрігер қарауы тиіс" in first.text.kk
    assert "должен проверить врач" in first.text.ru
    assert len(asked) >= 11
    assert all(sum(choice.is_correct for choice in each.choices) == 1 and len(each.choices) == 4 for each in asked)
    places = {[choice.is_correct for choice in each.choices].index(True) for each in asked}
    assert len(places) == 4  # the right answer stands in every place


def test_a_test_before_asks_what_the_test_after_asks() -> None:
    for audience in ("medical-worker", "personal-assistant"):
        before, after = (load_survey_templates()[f"{when}-test-{audience}"] for when in ("pre", "post"))
        assert before.questions == after.questions
        assert before.title != after.title


def test_each_audience_is_asked_about_three_skills_of_its_own(past_seminar: Seminar) -> None:
    asked = {}
    for audience in ("medical_worker", "personal_assistant", "drivers", ""):
        past_seminar.audience = audience
        keys = [each.key for each in get_satisfaction_template(past_seminar).questions]
        asked[audience] = {each for each in keys if each.startswith("confidence")}
    assert [len(each) for each in asked.values()] == [3, 3, 1, 1]
    assert not asked["medical_worker"] & asked["personal_assistant"]


def test_a_seminar_with_one_trainer_asks_about_the_trainers_and_one_with_two_about_each(past_seminar: Seminar) -> None:
    ready = get_satisfaction_template(past_seminar)
    for trainers, rows in (("", 0), ("А. Омарова", 0), ("А. Омарова; Е. Қалиев;", 2), ("А. Омарова, А. Омарова", 0)):
        past_seminar.trainers = trainers
        [asked] = [each for each in ready.build_questions(past_seminar, anonymous=False) if each.key == "trainers"]
        assert len(asked.rows) == rows
        assert list_question_problems(ready.build_questions(past_seminar, anonymous=False)) == []
    past_seminar.trainers = ",".join(f"Т{each}" for each in range(100))
    assert len(list_trainer_names(past_seminar)) == 30


def test_an_anonymous_test_is_paired_by_a_code(past_seminar: Seminar) -> None:
    ready = load_survey_templates()["pre-test-medical-worker"]
    assert ready.build_questions(past_seminar, anonymous=True)[0].key == OWN_CODE_KEY
    assert OWN_CODE_KEY not in [each.key for each in ready.build_questions(past_seminar, anonymous=False)]
    assert OWN_CODE_KEY not in [
        each.key for each in load_survey_templates()["trip"].build_questions(past_seminar, anonymous=True)
    ]
