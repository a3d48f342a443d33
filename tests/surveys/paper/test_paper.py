"""Paper forms: the blank form, entering responses with names, and anonymous ones in two unlinked steps."""

import io

import pypdfium2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, YERLAN, mark_sessions, register_person
from tests.surveys.survey_factories import (
    ANSWER_TO_EACH_KIND,
    OVERALL_QUESTION,
    QUESTION_OF_EACH_KIND,
    make_choices,
    make_form_data,
    make_survey,
    make_text,
)
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.anonymity import close_survey
from trainer.surveys.models import Ballot, Survey, SurveyParticipation, SurveyPurpose, SurveyResponse
from trainer.surveys.paper.ballot_box import (
    AllPapersEntered,
    SurveyNotAnonymous,
    count_ballot_box,
    record_paper_ballot,
    record_paper_participation,
)
from trainer.surveys.questions.model import (
    MAX_CHOICES_PER_QUESTION,
    Condition,
    SurveyQuestion,
    SurveyQuestionKind,
)
from trainer.surveys.responses import delete_registration_answers, record_response

pytestmark = pytest.mark.one_database

CODE_QUESTION = SurveyQuestion(
    "own_code", SurveyQuestionKind.CODE, make_text("code"), show_if=Condition("again", ("yes",))
)
LONG_QUESTION = SurveyQuestion(
    "long",
    SurveyQuestionKind.SINGLE,
    make_text("long"),
    choices=make_choices(*(f"choice{number}" * 4 for number in "abc")),
)


@pytest.fixture
def people(session: Session, past_seminar: Seminar) -> list[Registration]:
    """Return three registrations that attended."""
    registrations = [register_person(session, past_seminar, applicant) for applicant in (AIGUL, YERLAN, MARINA)]
    for registration in registrations:
        mark_sessions(session, registration, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    session.commit()
    return registrations


def build_paper_address(survey: Survey, below: str = "keying") -> str:
    """Return the address of a page of the survey at the desk."""
    return f"/desk/seminars/{survey.seminar.id}/surveys/{survey.number}/{below}"


def read_pdf_text(content: bytes) -> tuple[int, str]:
    """Return the number of pages of a PDF and all its words."""
    with pypdfium2.PdfDocument(io.BytesIO(content)) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return len(pages), " ".join(" ".join(pages).split())


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("anonymous", [True, False])
def test_the_blank_form_has_every_question_the_privacy_notice_and_page_numbers(
    organizer: Visitor, session: Session, past_seminar: Seminar, language: str, anonymous: bool
) -> None:
    survey = make_survey(
        session, past_seminar, (*QUESTION_OF_EACH_KIND, CODE_QUESTION, LONG_QUESTION), anonymous=anonymous
    )
    session.commit()
    answer = organizer.client.get(build_paper_address(survey, f"paper.pdf?language={language}"))
    assert answer.mimetype == "application/pdf"
    pages, text = read_pdf_text(answer.data)
    for question in (*QUESTION_OF_EACH_KIND, CODE_QUESTION, LONG_QUESTION):
        assert question.text.get_text(language) in text
        for option in (*question.choices, *question.rows):
            assert option.text.get_text(language) in text, option
    assert pages >= 2
    assert text.count(make_text("survey").get_text(language)) >= pages
    with organizer.client.application.test_request_context(headers={"Accept-Language": language}):
        from trainer.language.translate import gettext as _
        from trainer.surveys.answering.wording import format_anonymity_promise

        assert format_anonymity_promise(survey) in text.replace("- ", "-")
        assert (_("Surname, given name") in text) is not anonymous
        for number in range(1, pages + 1):
            assert _("Page %(page)d of %(pages)d", page=number, pages=pages) in text


def test_there_is_no_blank_form_in_an_unknown_language_or_for_a_checklist(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    survey, checklist = (
        make_survey(session, past_seminar),
        make_survey(session, past_seminar, number=3, purpose=SurveyPurpose.CHECKLIST),
    )
    session.commit()
    assert organizer.client.get(build_paper_address(survey, "paper.pdf?language=xx")).status_code == 404
    assert organizer.client.get(build_paper_address(checklist, "paper.pdf?language=kk")).status_code == 404
    organizer.get(build_paper_address(checklist), status=404)
    assert organizer.client.get(f"/desk/seminars/{past_seminar.id}/surveys/9/paper.pdf").status_code == 404


def test_a_paper_response_is_recorded_under_the_name_and_marked_as_paper(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey, aigul = make_survey(session, past_seminar), people[0]
    assert build_paper_address(survey, f"keying/{aigul.id}") in organizer.get(build_paper_address(survey)).list_links()
    assert organizer.submit(
        build_paper_address(survey, f"keying/{aigul.id}"), {"q_city": "Ақтау"}, status=422
    ).get_error("q_overall")
    organizer.submit(build_paper_address(survey, f"keying/{aigul.id}"), make_form_data(ANSWER_TO_EACH_KIND))
    [response] = session.scalars(select(SurveyResponse))
    assert (response.registration_id, response.on_paper, response.answers) == (aigul.id, True, ANSWER_TO_EACH_KIND)
    assert response.entered_by_id is not None
    assert (
        build_paper_address(survey, f"keying/{aigul.id}") not in organizer.get(build_paper_address(survey)).list_links()
    )
    organizer.get(build_paper_address(survey, f"keying/{aigul.id}"), status=303)


def test_paper_responses_with_names_can_be_entered_after_closing(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar)
    close_survey(session, survey, NOON)
    organizer.submit(build_paper_address(survey, f"keying/{people[0].id}"), make_form_data(ANSWER_TO_EACH_KIND))
    assert len(session.scalars(select(SurveyResponse)).all()) == 1


def test_anonymous_forms_are_ticked_first_then_entered_and_never_more_than_people(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), anonymous=True)
    page = organizer.get(build_paper_address(survey))
    assert build_paper_address(survey, "keying/slip") not in page.list_links(), (
        "nothing to key in before somebody is ticked"
    )
    early = organizer.get(build_paper_address(survey, "keying/slip"))
    organizer.post(build_paper_address(survey, "keying/slip"), {**early.read_form()[1], "q_overall": "5"})
    assert count_ballot_box(session, survey).ballot_count == 0
    ticked = {"person": [str(registration.id) for registration in people[:2]] + ["999", "x"]}
    organizer.submit(build_paper_address(survey), ticked, form="handed-in")
    organizer.submit(
        build_paper_address(survey), {"person": [str(people[0].id)]}, form="handed-in"
    )  # a second time: ignored
    assert count_ballot_box(session, survey).papers_to_enter == 2
    for overall in ("5", "4", "3"):
        fields = organizer.get(build_paper_address(survey, "keying/slip")).read_form()[1]
        organizer.post(build_paper_address(survey, "keying/slip"), {**fields, "q_overall": overall})
    session.commit()
    assert sorted(answers["overall"] for answers in session.scalars(select(Ballot.answers))) == [4, 5]
    assert all(session.scalars(select(Ballot.entered_by_organizer)))
    assert set(session.scalars(select(SurveyParticipation.registration_id))) == {
        registration.id for registration in people[:2]
    }
    text = organizer.get(build_paper_address(survey)).words
    assert people[2].person.full_name in text
    assert people[0].person.full_name not in text


def test_submitting_a_paper_form_twice_records_it_once(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), anonymous=True)
    record_paper_participation(session, survey, people[:2], NOON)
    session.commit()
    sent = {**organizer.get(build_paper_address(survey, "keying/slip")).read_form()[1], "q_overall": "4"}
    corrected = organizer.post(
        build_paper_address(survey, "keying/slip"), {**sent, "q_overall": ""}, status=422
    ).read_form()[1]
    for _tap in range(2):
        organizer.post(build_paper_address(survey, "keying/slip"), {**corrected, "q_overall": "4"}, status=303)
    session.commit()
    assert (count_ballot_box(session, survey).ballot_count, count_ballot_box(session, survey).papers_to_enter) == (1, 1)
    organizer.post(build_paper_address(survey, "keying/slip"), {**sent, "slip": "7"}, status=400)


def test_answers_on_the_phone_and_on_paper_are_counted_together(
    organizer: Visitor, stranger: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), anonymous=True)
    stranger.submit(f"/r/{people[0].token}/survey/2", {"q_overall": "5"})
    assert (count_ballot_box(session, survey).respondent_count, count_ballot_box(session, survey).ballot_count) == (
        1,
        1,
    )
    with pytest.raises(AllPapersEntered):
        record_paper_ballot(session, survey, {"overall": 1}, NOON, fingerprint=survey.current_version.fingerprint)
    session.rollback()
    assert record_paper_participation(session, survey, people, NOON) == 2
    session.commit()
    stranger.get(f"/r/{people[1].token}/survey/2", status=409)
    record_paper_ballot(session, survey, {"overall": 1}, NOON, fingerprint=survey.current_version.fingerprint)
    assert count_ballot_box(session, survey).papers_to_enter == 1


def test_anonymous_forms_have_no_name_page_and_named_forms_no_ballot_page(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    named, anonymous = make_survey(session, past_seminar), make_survey(session, past_seminar, number=3, anonymous=True)
    organizer.get(build_paper_address(anonymous, f"keying/{people[0].id}"), status=404)
    organizer.get(build_paper_address(named, "keying/slip"), status=404)
    with pytest.raises(SurveyNotAnonymous):
        record_paper_participation(session, named, people, NOON)
    with pytest.raises(SurveyNotAnonymous):
        record_paper_ballot(session, named, ANSWER_TO_EACH_KIND, NOON, fingerprint=named.current_version.fingerprint)


def test_anonymous_forms_cannot_be_entered_after_closing(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), anonymous=True)
    record_paper_participation(session, survey, people, NOON)
    fields = organizer.get(build_paper_address(survey, "keying/slip")).read_form()[1]
    close_survey(session, survey, NOON)
    organizer.post(build_paper_address(survey, "keying/slip"), {**fields, "q_overall": "5"})
    organizer.post(build_paper_address(survey, "keying/handed-in"), {**fields, "person": str(people[0].id)})
    session.expire_all()
    assert not session.scalars(select(Ballot)).all()
    assert not organizer.get(build_paper_address(survey)).list_forms()


def test_switching_the_language_keeps_the_entered_answers(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    named, anonymous = make_survey(session, past_seminar), make_survey(session, past_seminar, number=3, anonymous=True)
    record_paper_participation(session, anonymous, people[:1], NOON)
    session.commit()
    for address in (
        build_paper_address(named, f"keying/{people[0].id}"),
        build_paper_address(anonymous, "keying/slip"),
    ):
        for chosen in ("ru", "kk"):
            page = organizer.submit(address, {"q_city": "Ақтау", "switch": chosen}, status=200)
            assert (page.language, page.get_value("q_city")) == (chosen, "Ақтау")
            assert 'name="switch"' in page.text
    assert count_ballot_box(session, anonymous).ballot_count == 0


def test_closing_warns_how_many_paper_forms_are_not_entered(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), anonymous=True)
    session.commit()
    assert "Paper forms not entered yet" not in organizer.get(build_paper_address(survey, "close?lang=en")).words
    record_paper_participation(session, survey, people[:2], NOON)
    session.commit()
    assert "Paper forms not entered yet: 2." in organizer.get(build_paper_address(survey, "close?lang=en")).words


def test_erasing_a_participant_never_makes_the_open_papers_negative(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), anonymous=True)
    record_response(session, survey, people[0], {"overall": 5}, "kk", NOON)
    delete_registration_answers(session, people[0])
    session.commit()
    assert count_ballot_box(session, survey).papers_to_enter == 0
    assert "-1" not in organizer.get(build_paper_address(survey)).words


def test_a_question_with_a_hundred_choices_is_printed_whole(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    choices = make_choices(*(f"choice{number}" for number in range(MAX_CHOICES_PER_QUESTION)))
    question = SurveyQuestion("many", SurveyQuestionKind.MULTIPLE, make_text("many"), choices=choices)
    survey = make_survey(session, past_seminar, (question,))
    pdf = organizer.get(build_paper_address(survey, "paper.pdf") + "?language=ru").response.data
    with pypdfium2.PdfDocument(pdf) as document:
        words = " ".join(page.get_textpage().get_text_bounded() for page in document)
    assert all(f"choice{number} рус" in words for number in range(MAX_CHOICES_PER_QUESTION))
