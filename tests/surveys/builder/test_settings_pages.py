"""The organizer's pages of surveys: creation, settings, release, closing and reopening."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.concurrency import run_concurrently
from tests.factories import AIGUL, NOON, YERLAN, answer_survey, create_seminar, mark_sessions, register_person
from tests.page import get_words as words_of
from tests.surveys.survey_factories import OVERALL_QUESTION, make_survey
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.extensions import db
from trainer.issuing.eligibility import MissingRequirement, get_eligibility
from trainer.language.translated import Translated
from trainer.projects.models import Project
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys import anonymity
from trainer.surveys.anonymity import DatabaseBusy
from trainer.surveys.builder import settings
from trainer.surveys.builder.settings import SurveySettings
from trainer.surveys.catalogue import get_satisfaction_survey, list_version_questions
from trainer.surveys.models import AnonymousResponse, Survey, SurveyPurpose, SurveyResponse
from trainer.surveys.questions.model import OVERALL_KEY, OWN_CODE_KEY, SurveyQuestion, SurveyQuestionKind
from trainer.surveys.responses import record_response
from trainer.surveys.schedule import SurveyStage, get_survey_stage

pytestmark = pytest.mark.one_database

TITLE = {"title-kk": "Сапар сауалнамасы", "title-ru": "Опрос о поездке", "title-en": "Survey on the trip"}


def build_surveys_path(seminar: Seminar) -> str:
    """Return the path of the list of a seminar's surveys."""
    return f"/desk/seminars/{seminar.id}/surveys"


def get_second_survey(session: Session) -> Survey:
    """Return the survey with number 2 as it is stored."""
    session.expire_all()
    return session.scalars(select(Survey).where(Survey.number == 2)).one()


@pytest.fixture
def aigul(session: Session, past_seminar: Seminar) -> Registration:
    """Return the registration of a person who was present at both sessions."""
    registration = register_person(session, past_seminar, AIGUL)
    mark_sessions(session, registration, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    session.commit()
    return registration


def test_the_list_shows_purpose_stage_and_response_count(
    organizer: Visitor, session: Session, past_seminar: Seminar, aigul: Registration
) -> None:
    absent = register_person(session, past_seminar, YERLAN)
    mark_sessions(session, absent, AttendanceStatus.ABSENT, AttendanceStatus.ABSENT)
    answer_survey(session, aigul)
    make_survey(session, past_seminar, (OVERALL_QUESTION,), anonymous=True, purpose=SurveyPurpose.PRE_TEST)
    page = organizer.get(build_surveys_path(past_seminar) + "?lang=en")
    assert "Answered: 1 of 1" in page.words  # who missed it all is not asked about the seminar
    assert "Answered: 0 of 2" in page.words  # the test was before it
    for words in ("Satisfaction survey", "With names", "Anonymous", "Pre-test", "Open"):
        assert words in page.words


def test_a_survey_from_a_template_is_asked_once_it_is_released(
    organizer: Visitor, stranger: Visitor, session: Session, past_seminar: Seminar, aigul: Registration
) -> None:
    page = organizer.get(build_surveys_path(past_seminar) + "/new?lang=en")
    assert f"{build_surveys_path(past_seminar)}/new/trip" in page.list_links()
    response = organizer.submit(f"{build_surveys_path(past_seminar)}/new/trip", {**TITLE, "anonymous": "no"})
    assert response.location == f"{build_surveys_path(past_seminar)}/2/edit"
    organizer.follow(response)
    survey = get_second_survey(session)
    assert (survey.title.ru, survey.target, survey.anonymous, survey.released) == ("Опрос о поездке", 100, False, False)
    assert list_version_questions(survey.current_version)[0].key == OVERALL_KEY
    assert stranger.get(f"/r/{aigul.token}/survey/2", status=404)
    organizer.post(
        f"{build_surveys_path(past_seminar)}/2/release",
        {"csrf_token": get_page_csrf_token(organizer, build_surveys_path(past_seminar))},
    )
    assert "Опрос о поездке" in stranger.get(f"/r/{aigul.token}/survey/2?lang=ru").words


def get_page_csrf_token(visitor: Visitor, address: str) -> str:
    """Return the CSRF token of a page."""
    return str(visitor.get(address).get_value("csrf_token"))


def test_anonymity_must_be_chosen(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    page = organizer.submit(f"{build_surveys_path(past_seminar)}/new/empty?lang=en", TITLE, status=422)
    assert page.get_error("anonymous") == "Choose one: this can’t be changed later."
    assert page.get_value("title-kk") == TITLE["title-kk"]
    assert session.scalars(select(Survey)).all() == []


def test_anonymity_never_changes(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    make_survey(session, past_seminar, anonymous=True)
    page = organizer.get(f"{build_surveys_path(past_seminar)}/2/decisions")
    assert "anonymous" not in page.read_form()[1]
    page = organizer.submit(f"{build_surveys_path(past_seminar)}/2/decisions", {"anonymous": "no"}, status=422)
    assert page.get_error("anonymous")
    organizer.submit(f"{build_surveys_path(past_seminar)}/2/decisions", {"title-kk": "Жаңа атау", "target": "80"})
    assert (
        get_second_survey(session).anonymous,
        get_second_survey(session).title.kk,
        get_second_survey(session).target,
    ) == (True, "Жаңа атау", 80)


def test_a_checklist_cannot_be_anonymous(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    page = organizer.submit(f"{build_surveys_path(past_seminar)}/new/skills?lang=en", {"anonymous": "yes"}, status=422)
    assert "by name" in page.get_error("anonymous")
    organizer.submit(f"{build_surveys_path(past_seminar)}/new/skills", {"anonymous": "no"})
    assert get_second_survey(session).purpose == SurveyPurpose.CHECKLIST


def test_a_new_anonymous_test_asks_for_the_personal_code(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    organizer.submit(f"{build_surveys_path(past_seminar)}/new/pre-test-medical-worker", {"anonymous": "yes"})
    assert list_version_questions(get_second_survey(session).current_version)[0].key == OWN_CODE_KEY


def test_a_survey_of_another_seminar_can_be_copied(
    organizer: Visitor, session: Session, past_seminar: Seminar, seminar: Seminar
) -> None:
    other_survey = make_survey(session, seminar, (OVERALL_QUESTION,))
    address = f"{build_surveys_path(past_seminar)}/new/survey-{other_survey.id}"
    assert address in organizer.get(f"{build_surveys_path(past_seminar)}/new").list_links()
    organizer.submit(address, {"anonymous": "yes"})
    copied = session.scalars(select(Survey).where(Survey.seminar_id == past_seminar.id)).one()
    assert (copied.number, list_version_questions(copied.current_version)) == (3, [OVERALL_QUESTION])
    organizer.get(f"{build_surveys_path(past_seminar)}/new/survey-999", status=404)


def test_a_new_survey_asks_about_each_trainer(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    past_seminar.trainers = "Қ. Б. Серғазин, А. Ж. Омарова"
    organizer.submit(f"{build_surveys_path(past_seminar)}/new/satisfaction-medical-worker", {"anonymous": "no"})
    trainers_question = next(
        question
        for question in list_version_questions(get_second_survey(session).current_version)
        if question.key == "trainers"
    )
    assert trainers_question.kind == SurveyQuestionKind.MATRIX
    assert [row.text.kk for row in trainers_question.rows] == ["Қ. Б. Серғазин", "А. Ж. Омарова"]


def test_the_closing_time_must_be_after_the_opening_time(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    times = {"opens": "2025-06-03T10:00", "closes": "2025-06-03T09:00", "anonymous": "no"}
    page = organizer.submit(f"{build_surveys_path(past_seminar)}/new/trip?lang=en", times, status=422)
    assert page.get_error("closes") == "The closing time must be after the opening time."
    organizer.submit(f"{build_surveys_path(past_seminar)}/new/trip", {**times, "closes": "2025-06-04T09:00"})
    assert get_second_survey(session).opens_at == NOON + timedelta(hours=22)
    assert organizer.get(f"{build_surveys_path(past_seminar)}/2/decisions").get_value("opens") == "2025-06-03T10:00"


def test_the_purpose_is_fixed_once_somebody_has_answered(
    organizer: Visitor, session: Session, past_seminar: Seminar, aigul: Registration
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    organizer.submit(f"{build_surveys_path(past_seminar)}/2/decisions", {"purpose": "satisfaction"})
    record_response(session, get_second_survey(session), aigul, {"overall": 5}, "kk", NOON)
    organizer.submit(f"{build_surveys_path(past_seminar)}/2/decisions", {"purpose": "other", "target": "90"})
    assert (get_second_survey(session).purpose, get_second_survey(session).target) == ("satisfaction", 90)
    organizer.submit(f"{build_surveys_path(past_seminar)}/1/decisions", {"purpose": "other", "target": "95"})
    first = session.scalars(select(Survey).where(Survey.number == 1)).one()
    assert (first.purpose, first.target, survey.id) == ("satisfaction", 95, get_second_survey(session).id)


def test_the_satisfaction_survey_can_be_made_anonymous_and_counts_for_the_certificate(
    organizer: Visitor, stranger: Visitor, session: Session, past_seminar: Seminar, aigul: Registration
) -> None:
    page = organizer.get(f"{build_surveys_path(past_seminar)}/1/decisions")
    assert page.get_value("anonymous") == "no"
    organizer.submit(f"{build_surveys_path(past_seminar)}/1/decisions", {"anonymous": "yes"})
    assert "Anonymous" in organizer.get(build_surveys_path(past_seminar) + "?lang=en").words
    form = stranger.get(f"/r/{aigul.token}/survey/1?lang=en")
    assert "Anonymous survey" in form.words
    assert "together with your name" not in form.words
    stranger.submit(f"/r/{aigul.token}/survey/1", {"q_overall": "5"})
    session.commit()
    assert session.scalars(select(SurveyResponse)).all() == []
    assert MissingRequirement.SURVEY not in get_eligibility(session, aigul, NOON).missing
    with pytest.raises(KeyError):
        organizer.get(f"{build_surveys_path(past_seminar)}/1/decisions").read_form()[1]["anonymous"]


def test_anonymity_of_the_satisfaction_survey_is_fixed_once_somebody_has_answered(
    organizer: Visitor, session: Session, past_seminar: Seminar, aigul: Registration
) -> None:
    page = organizer.get(f"{build_surveys_path(past_seminar)}/1/decisions")
    seen = get_satisfaction_survey(session, past_seminar)
    answer_survey(session, aigul)
    session.commit()
    refused_page = organizer.post(
        f"{build_surveys_path(past_seminar)}/1/decisions?lang=en",
        {**page.read_form()[1], "anonymous": "yes"},
        status=422,
    )
    assert refused_page.get_error("anonymous") == "The survey already has answers, so this can’t be changed."
    assert not session.scalars(select(Survey)).one().anonymous
    plan = SurveySettings(OVERALL_QUESTION.text, SurveyPurpose.SATISFACTION, 70)
    with pytest.raises(settings.AnonymityIsFixed):
        settings.update_survey_settings(session, seen, plan, anonymous=True)


def test_a_survey_with_names_can_be_closed_and_reopened(
    organizer: Visitor, session: Session, past_seminar: Seminar, aigul: Registration
) -> None:
    make_survey(session, past_seminar, (OVERALL_QUESTION,), closes_at=NOON + timedelta(days=1))
    assert "You can reopen it." in organizer.get(f"{build_surveys_path(past_seminar)}/2/close?lang=en").words
    organizer.submit(f"{build_surveys_path(past_seminar)}/2/close")
    assert get_second_survey(session).closed_at == NOON
    page = organizer.get(build_surveys_path(past_seminar) + "?lang=en")
    assert "Reopen" in page.words
    organizer.post(f"{build_surveys_path(past_seminar)}/2/reopen", {"csrf_token": page.read_form()[1]["csrf_token"]})
    assert get_second_survey(session).closed_at is None
    record_response(session, get_second_survey(session), aigul, {"overall": 5}, "kk", NOON)


def test_a_closed_anonymous_survey_is_sealed_and_cannot_be_reopened(
    organizer: Visitor, session: Session, past_seminar: Seminar, aigul: Registration
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), anonymous=True)
    record_response(session, survey, aigul, {"overall": 5}, "kk", NOON)
    assert "can’t be reopened" in organizer.get(f"{build_surveys_path(past_seminar)}/2/close?lang=en").words
    organizer.submit(f"{build_surveys_path(past_seminar)}/2/close")
    assert get_second_survey(session).sealed_at == NOON
    assert [response.answers for response in session.scalars(select(AnonymousResponse))] == [{"overall": 5}]
    page = organizer.get(build_surveys_path(past_seminar) + "?lang=en")
    assert "have been shuffled" in page.words
    assert "Reopen" not in page.words
    organizer.post(
        f"{build_surveys_path(past_seminar)}/2/reopen", {"csrf_token": get_page_csrf_token(organizer, "/desk/account")}
    )
    assert get_second_survey(session).closed_at == NOON


def test_a_survey_is_sealed_later_if_the_database_is_busy(
    organizer: Visitor, session: Session, past_seminar: Seminar, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_anything: object) -> None:
        raise DatabaseBusy

    monkeypatch.setattr(anonymity, "erase_write_history", busy)
    make_survey(session, past_seminar, (OVERALL_QUESTION,), anonymous=True)
    organizer.submit(f"{build_surveys_path(past_seminar)}/2/close")
    assert get_second_survey(session).closed_at == NOON
    assert get_second_survey(session).sealed_at is None
    assert "being shuffled" in organizer.get(build_surveys_path(past_seminar) + "?lang=en").words


def test_a_survey_can_be_deleted_only_until_it_is_released(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    make_survey(session, past_seminar, (OVERALL_QUESTION,), released=False)
    assert (
        f"{build_surveys_path(past_seminar)}/2/delete" in organizer.get(build_surveys_path(past_seminar)).list_links()
    )
    organizer.submit(f"{build_surveys_path(past_seminar)}/2/delete")
    assert session.scalars(select(Survey)).all() == []
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), released=False)
    page = organizer.get(f"{build_surveys_path(past_seminar)}/2/delete")
    settings.release_survey(session, survey, NOON)
    organizer.post(f"{build_surveys_path(past_seminar)}/2/delete", page.read_form()[1])
    assert get_second_survey(session).number == 2
    assert (
        f"{build_surveys_path(past_seminar)}/2/delete"
        not in organizer.get(build_surveys_path(past_seminar)).list_links()
    )
    assert not [
        form
        for form in organizer.get(f"{build_surveys_path(past_seminar)}/2/delete").list_forms()
        if form.get("method") == "post"
    ]


def test_a_survey_that_somebody_answered_on_paper_before_it_was_released_is_not_deleted(
    organizer: Visitor, session: Session, past_seminar: Seminar, aigul: Registration
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), released=False)
    record_response(session, survey, aigul, {"overall": 5}, "kk", NOON, on_paper=True)
    assert not [
        form
        for form in organizer.get(f"{build_surveys_path(past_seminar)}/2/delete").list_forms()
        if form.get("method") == "post"
    ]


def test_a_follow_up_survey_is_proposed_to_open_a_month_after_the_seminar(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    assert organizer.get(f"{build_surveys_path(past_seminar)}/new/trip").get_value("opens") == ""
    ends = past_seminar.ends_at
    assert ends is not None
    month_later = (ends.astimezone(past_seminar.zone) + timedelta(days=31)).strftime("%Y-%m-%dT%H:%M")
    assert organizer.get(f"{build_surveys_path(past_seminar)}/new/follow-up").get_value("opens") == month_later
    organizer.submit(f"{build_surveys_path(past_seminar)}/new/follow-up", {"anonymous": "no"})
    settings.release_survey(session, get_second_survey(session), NOON)
    assert get_survey_stage(get_second_survey(session), NOON) == SurveyStage.NOT_OPEN_YET


def test_concurrent_surveys_get_different_numbers_in_the_project(
    app: Flask, session: Session, project: Project, past_seminar: Seminar, seminar: Seminar
) -> None:
    ids = [past_seminar.id, seminar.id, past_seminar.id, seminar.id]
    plan = SurveySettings(OVERALL_QUESTION.text, SurveyPurpose.OTHER, 70)

    def make(seminar_id: int) -> int:
        with app.app_context():
            seminar_there = db.session.get_one(Seminar, seminar_id)
            survey = settings.create_survey(
                db.session(),
                seminar_there,
                plan,
                anonymous=False,
                questions=[OVERALL_QUESTION],
                organizer_note=Translated(),
            )
            db.session.commit()
            return survey.number

    assert sorted(run_concurrently(*(lambda seminar_id=seminar_id: make(seminar_id) for seminar_id in ids))) == [
        2,
        3,
        4,
        5,
    ]
    assert create_seminar(session, project, slug="third").id


@pytest.mark.parametrize("page", ["", "/new", "/2/edit", "/2/close", "/7/edit", "/x/edit"])
def test_strangers_cannot_see_the_pages(stranger: Visitor, session: Session, past_seminar: Seminar, page: str) -> None:
    make_survey(session, past_seminar)
    status = 404 if page == "/x/edit" else 302
    stranger.get(build_surveys_path(past_seminar) + page, status=status)


def test_an_unknown_survey_is_not_found(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    past_seminar.has_survey = False
    organizer.get(build_surveys_path(past_seminar))
    for page in ("1/edit", "2/edit", "2/close", "2/decisions", "2/delete", "2/preview"):
        organizer.get(f"{build_surveys_path(past_seminar)}/{page}", status=404)


def test_switching_the_language_keeps_the_settings_form(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    make_survey(session, past_seminar)
    session.commit()
    for address in (f"{build_surveys_path(past_seminar)}/new/empty", f"{build_surveys_path(past_seminar)}/2/decisions"):
        page = organizer.submit(address, {**TITLE, "opens": "2025-10-01T09:00", "switch": "ru"}, status=200)
        assert (page.language, page.get_value("title-kk")) == ("ru", TITLE["title-kk"])
        assert page.get_value("opens") == "2025-10-01T09:00"
        assert 'name="switch"' in page.text
    assert get_second_survey(session).opens_at is None


def test_links_name_their_survey_for_screen_readers(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    survey = make_survey(session, past_seminar)
    session.commit()
    offered = [
        link
        for link in organizer.get(build_surveys_path(past_seminar)).find_all("a")
        if "/surveys/2/" in (link.get("href") or "")
    ]
    assert len(offered) == 6
    assert all(survey.title.get_text("kk") in words_of(link) for link in offered)


def test_a_copy_with_names_leaves_out_the_personal_code(
    organizer: Visitor, session: Session, past_seminar: Seminar, project: Project
) -> None:
    code = SurveyQuestion(OWN_CODE_KEY, SurveyQuestionKind.CODE, OVERALL_QUESTION.text, required=True)
    other = create_seminar(session, project, slug="other")
    copied = make_survey(session, other, (code, OVERALL_QUESTION), anonymous=True, purpose=SurveyPurpose.PRE_TEST)
    session.commit()
    keys = {}
    for number, anonymous in ((3, "no"), (4, "yes")):
        organizer.submit(
            f"{build_surveys_path(past_seminar)}/new/survey-{copied.id}", {"anonymous": anonymous}, status=303
        )
        survey = session.scalars(select(Survey).where(Survey.number == number)).one()
        keys[anonymous] = [question.key for question in list_version_questions(survey.current_version)]
    assert keys == {"no": [OVERALL_KEY], "yes": [OWN_CODE_KEY, OVERALL_KEY]}


def test_changing_the_closing_time_of_a_closed_survey_does_not_reopen_it(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    survey = make_survey(session, past_seminar)
    session.commit()
    page = f"{build_surveys_path(past_seminar)}/2/decisions?lang=en"
    open_still = organizer.follow(organizer.submit(page, {"closes": "2035-10-01T09:00"}, status=303))
    assert "The survey is closed." not in open_still.words
    anonymity.close_survey(session, survey, NOON)
    session.commit()
    closed = organizer.follow(organizer.submit(page, {"closes": "2036-10-01T09:00"}, status=303))
    assert "The survey is closed." in closed.words
