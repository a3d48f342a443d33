"""Data for opening every page: a past and a coming seminar with people in every state, and values for all URL parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance.signed_sheet import encode_jpeg
from tests.attendance.tablet_client import create_paired_tablet
from tests.evidence.factories import create_item, draw_jpeg
from tests.factories import (
    NOON,
    answer_survey,
    create_project,
    create_seminar,
    issue_to_eligible,
    load_contract_plan,
    mark_sessions,
)
from tests.monitoring.factories import create_entry, create_publication, enter_views, hand_over
from tests.registration.announcements.factories import create_announcement, create_manual_message
from tests.registration.imports.steps import create_uploaded_list
from tests.surveys.survey_factories import (
    ANSWER_TO_EACH_KIND,
    make_choices,
    make_survey,
    make_text,
)
from trainer.account_mail.models import PasswordReset
from trainer.accounts.memberships import add_membership
from trainer.accounts.models import ProjectRole, User
from trainer.accounts.sign_in import create_sign_in_link
from trainer.attendance.models import AttendanceStatus
from trainer.attendance.sheets.filing import file_recognized_pages
from trainer.attendance.sheets.printing import create_sheet_pages
from trainer.attendance.sheets.recognition import recognize_file
from trainer.attendance.tablet.devices import create_device
from trainer.colleagues.invitations import create_invitation
from trainer.evidence.distribution.shared_documents import share_document
from trainer.evidence.inbox.models import EvidenceSorting
from trainer.evidence.items import FileSource
from trainer.evidence.links import set_indicators
from trainer.evidence.models import EvidenceKind, Processing, UploadLink
from trainer.evidence.uploads.links import create_upload_link
from trainer.evidence.uploads.receiving import create_upload
from trainer.fingerprint import hash_text
from trainer.issuing.eligibility import record_exception
from trainer.language.translated import Translated
from trainer.monitoring.figures import can_be_entered
from trainer.people.models import Person
from trainer.projects.importing.drafts import create_plan_draft
from trainer.projects.importing.entries import build_stated_plan
from trainer.projects.models import Project
from trainer.registration.consent import build_personal_data_wording, record_consent
from trainer.registration.form.questions import RegistrationQuestionDraft, create_registration_question
from trainer.registration.models import Registration, RegistrationQuestion, RegistrationQuestionKind, RegistrationStatus
from trainer.registration.seats.enrolment import register_known_person
from trainer.registration.seats.tokens import generate_pass_code, generate_token
from trainer.seminars.models import Seminar
from trainer.storage import Storage
from trainer.surveys.answering.kiosk import open_kiosk
from trainer.surveys.models import Ballot, Survey, SurveyParticipation, SurveyPurpose, SurveyResponse, TestScore
from trainer.surveys.questions.model import SurveyQuestion, SurveyQuestionKind

TEST_QUESTION = SurveyQuestion(
    "item", SurveyQuestionKind.SINGLE, make_text("item"), choices=make_choices("yes", "no", correct_key="yes")
)
STEP_QUESTION = SurveyQuestion("step", SurveyQuestionKind.YES_NO, make_text("step"))
UNKNOWN_SESSION = 10**6  # as if it had been deleted
SURNAMES = (
    "Әлиева",
    "Баймұханова",
    "Гүлбаева",
    "Досова",
    "Ермекова",
    "Жанұзақова",
    "Зейнелова",
    "Исаева",
    "Қайратова",
    "Омарова",
)


@dataclass(frozen=True)
class DatasetSize:
    """How many people a seminar has, how many seminars the project has, and how many ordinary surveys a seminar has."""

    people: int
    seminars: int
    surveys: int


@dataclass(frozen=True)
class RouteData:
    """Values for the parameters of every route; some endpoints need others than the rest."""

    parameters: Mapping[str, Any]
    parameters_by_endpoint: Mapping[str, Mapping[str, Any]]
    """The exceptions, by endpoint or by blueprint."""
    queries: Mapping[str, Mapping[str, Any]]
    """Query strings, by endpoint."""
    device_token: str
    """The token that a paired tablet sends."""

    def build_address(self, app: Flask, endpoint: str) -> str:
        """Return the address of a route, its parameters filled in."""
        parameters = {
            **self.parameters,
            **self.parameters_by_endpoint.get(endpoint.rpartition(".")[0], {}),
            **self.parameters_by_endpoint.get(endpoint, {}),
        }
        path = app.url_map.bind("localhost").build(endpoint, parameters, append_unknown=False)
        query = urlencode(self.queries.get(endpoint, {}), doseq=True)
        return f"{path}?{query}" if query else path


def create_route_data(app: Flask, session: Session, size: DatasetSize) -> RouteData:
    """Create the data and commit. The clock must be stopped at NOON and an organizer must exist."""
    project = create_project(session)
    project.logo_sha256 = Storage.from_settings(app.extensions["settings"]).store_content(
        encode_jpeg(Image.new("RGB", (60, 80)))
    )
    past = create_seminar(session, project, NOON - timedelta(hours=8), slug="held", pass_mark=75, capacity=size.people)
    coming = create_seminar(session, project, slug="coming", capacity=size.people // 2)
    question = create_question(session, coming)
    people = create_past_registrations(session, past, size.people)
    newcomer, waiting = create_coming_registrations(session, coming, size.people)
    for number in range(size.seminars - 2):
        seminar = create_seminar(session, project, NOON - timedelta(days=number + 2), slug=f"other-{number}")
        other = register_known_person(session, people[0].person, seminar, NOON - timedelta(days=20))
        mark_sessions(session, other, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    surveys = create_surveys(session, past, people, size.surveys)
    certificate = issue_to_eligible(session, past)[0]
    holder = session.get_one(Registration, certificate.registration_id)
    tablet = create_paired_tablet(app, session, past, coming)
    tablet.send(*(tablet.mark(person.id, UNKNOWN_SESSION) for person in people[: size.people // 5]))
    for number in range(size.seminars - 2):
        create_device(session, f"Планшет {number}", [past], NOON)
    announcements = [create_announcement(session, past), create_announcement(session, past)]
    messages = [
        create_manual_message(session, person, announcement)
        for announcement in announcements  # more messages than a page shows
        for person in people
        if person != holder
    ]
    owner = session.scalars(select(User)).one()
    invitation = create_invitation(session, project, ProjectRole.ASSISTANT, "Ерлан", owner.id, NOON)
    parameters = {
        "announcement_id": announcements[0].id,
        "message_id": messages[0].id,
        "step": "days",
        "slug": past.slug,
        "seminar_id": past.id,
        "project_id": project.id,
        "registration_id": holder.id,
        "question_id": question.id,
        "device_id": tablet.device,
        "page_id": create_sheet_pages(session, past.sessions[0], NOON)[0].id,
        "scan_id": create_scan(session, past),
        "list_id": create_uploaded_list(session, past),
        "membership_id": add_membership(session, owner, project.id, ProjectRole.OWNER, NOON).id,
        "invitation_id": 1,
        "code": certificate.code,
        "serial": certificate.serial,
        "sha256": certificate.pdf_sha256,
        "number": surveys["every kind"].number,
        "version_number": 1,
        "key": "work",
        "name": "overall",
        "design": "standard",
        "start": "trip",
        "filename": "app.css",
        "language": "kk",
        "kind": "pdf",
        "token": holder.token,
        **create_plan_parameters(session, project),
        **create_evidence_parameters(session, past, owner, size),
    }
    user = session.scalars(select(User)).one()
    link = create_sign_in_link(session, user, NOON)
    reset = generate_token()
    session.add(
        PasswordReset(user=user, token_hash=hash_text(reset), address=user.email, expires_at=NOON + timedelta(hours=1))
    )
    upload_link = create_upload_link(session, past.activity, "Фотограф", 7, owner.id, NOON)
    kiosk = {"token": open_kiosk(session, surveys["kiosk"], NOON).kiosk_token, "registration_id": people[2].id}
    session.commit()
    return RouteData(
        parameters,
        {
            "account_mail": {"token": reset},
            "accounts.view_sign_in_link": {"token": link},
            "colleagues_invitation": {"token": invitation},
            "evidence_desk.view_activity_evidence": {"activity_id": past.activity_id},
            "evidence_documents": {"slug": "handbook"},
            "evidence_upload_links": {"token": upload_link},
            "monitoring.add_figure": {
                "indicator_id": next(each.id for each in project.social_impact if can_be_entered(each))
            },
            "monitoring_charts": {"name": "progress"},
            "portal_registration": {"token": waiting.token},
            "projects_order": {"kind": "tasks"},
            "projects_review": {"code": "T1.A1.I1"},
            "portal_pass": {"token": newcomer.token},
            "registration_desk": {"seminar_id": coming.id},
            "registration_letters": {"kind": "registered"},
            "registration_public": {"slug": coming.slug},
            "registration_form": {"seminar_id": coming.id},
            "surveys_answering.view_survey": {"token": people[2].token, "number": surveys["kiosk"].number},
            "surveys_builder.submit_survey_deletion": {"number": surveys["draft"].number},
            "surveys_builder_changes": {"number": surveys["draft"].number},
            "surveys_builder.submit_survey_release": {"number": surveys["draft"].number},
            "surveys_builder_questions": {"number": surveys["draft"].number, "kind": "single"},
            "surveys_checklists": {"number": surveys["checklist"].number},
            "surveys_kiosk": kiosk,
            "surveys_kiosk_desk": {"number": surveys["kiosk"].number},
            "surveys_paper.add_paper_ballot": {"number": surveys["anonymous"].number},
            "surveys_paper.add_paper_response": {"registration_id": people[2].id},
            "surveys_results.view_test_chart": {"number": surveys["post-test"].number},
            "surveys_xlsform": {"number": surveys["draft"].number},
            "verification_well_known.download_status_list": {"number": 1},
        },
        {
            "evidence_inbox.view_sorting": {"chosen": f"{parameters['evidence_id']}.seen"},
            "attendance_sheets.download_participant_list": {"day": f"{NOON:%Y-%m-%d}", "column": "signatures"},
            "desk_documents.download_documents": {
                "document": "lists",
                "day": f"{NOON:%Y-%m-%d}",
                "column": "signatures",
                "language": "kk",
                "kind": "pdf",
            },
            "attendance_sheets.download_participant_lists": {
                "day": f"{NOON:%Y-%m-%d}",
                "column": "signatures",
                "language": "kk",
                "kind": "pdf",
            },
            "attendance_sheets.download_sheets": {"page": 1},
            "registration_duplicates.view_merge": {"first": people[0].id, "second": people[1].id},
        },
        tablet.token,
    )


def create_plan_parameters(session: Session, project: Project) -> dict[str, Any]:
    """Return the numbers of entries of the plan, and of a draft with all of the contract's plan."""
    activity = project.tasks[0].activities[0]
    draft = create_plan_draft(
        session, session.scalars(select(User)).first(), build_stated_plan(load_contract_plan()), "plan.yaml", NOON
    )
    return {
        "task_id": project.tasks[0].id,
        "activity_id": activity.id,
        "indicator_id": activity.indicators[0].id,
        "result_id": project.expected_results[0].id,
        "item_id": project.tasks[0].id,
        "draft_id": draft.id,
        "part": "names",
    }


def create_evidence_parameters(session: Session, seminar: Seminar, owner: User, size: DatasetSize) -> dict[str, Any]:
    """Create photos in the inbox and at an activity, and return the numbers of one, of an upload, a link and a sorting."""
    project, activity = seminar.project, seminar.activity
    storage = Storage.from_settings(session.info["app"].extensions["settings"])
    for number in range(size.people):
        place = activity.id if number % 2 else None
        item = create_item(session, project, draw_jpeg(number), f"{number}.jpg", activity_id=place, taken_at=NOON)
        item.uploaded_by_id, item.difference_hash = owner.id, number << 20
        if place:
            set_indicators(session, item, [indicator.id for indicator in activity.indicators[:2]], NOON, owner.id)
    item.thumbnail_sha256 = item.preview_sha256 = storage.store_content(draw_jpeg(0))
    item.processing = Processing.DONE
    for number in range(size.people):
        publication = create_publication(
            session, project, activity, title=Translated(f"Жазба {number}", f"Запись {number}")
        )
        publication.screenshots = [item]
        publication.copy_state, publication.copy_sha256, publication.copied_at = "stored", item.thumbnail_sha256, NOON
        set_indicators(session, publication, [indicator.id for indicator in activity.indicators[:2]], NOON, owner.id)
        enter_views(session, publication, number)
    handbook = create_item(session, project, b"%PDF-1.7", "handbook.pdf", kind=EvidenceKind.MATERIAL)
    share_document(session, handbook, NOON, owner.id)
    upload = create_upload(session, FileSource(project.id, "video.mp4", user_id=owner.id), 100, NOON)
    before: list[dict[str, Any]] = [{"item": item.id, "activity": None, "kind": "photo", "indicators": [], "after": ""}]
    sorting = EvidenceSorting(project_id=project.id, sorted_by_id=owner.id, sorted_at=NOON, before=before)
    session.add(sorting)
    create_upload_link(session, activity, "Волонтёр", 7, owner.id, NOON)
    for number in range(size.people):
        create_entry(session, project, name=f"Қызметкер {number}", proof=item)
        hand_over(session, item, recipient=f"Аурухана {number}", receipt=item)
    session.flush()
    link_id = session.scalars(select(UploadLink.id)).first()
    return {
        "entry_id": create_entry(session, project, name="Соңғы қызметкер", proof=item).id,
        "evidence_id": item.id,
        "publication_id": publication.id,
        "hand_over_id": hand_over(session, item).id,
        "upload_id": upload.id,
        "sorting_id": sorting.id,
        "upload_link_id": link_id,
    }


def create_question(session: Session, seminar: Seminar) -> RegistrationQuestion:
    """Add a question to the registration form of a seminar."""
    draft = RegistrationQuestionDraft(RegistrationQuestionKind.TEXT, Translated("Қалаңыз", "Ваш город"))
    return create_registration_question(session, seminar, draft)


def create_past_registrations(session: Session, seminar: Seminar, count: int) -> list[Registration]:
    """Register people for a past seminar. All but the last attended; the last one gets a certificate by an exception.

    Some more had cancelled and came nevertheless.
    """
    registrations = add_registrations(session, seminar, count, RegistrationStatus.REGISTERED)
    for registration in registrations[:-1]:
        mark_sessions(session, registration, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    mark_sessions(session, registrations[-1], AttendanceStatus.PRESENT, AttendanceStatus.ABSENT)
    record_exception(session, registrations[-1], "Науқас болды", None, NOON)
    for registration in add_registrations(session, seminar, count // 5, RegistrationStatus.CANCELLED):
        mark_sessions(session, registration, AttendanceStatus.PRESENT)
    return registrations


def create_coming_registrations(session: Session, seminar: Seminar, count: int) -> tuple[Registration, Registration]:
    """Fill a seminar and its waiting list. Return a registration with a seat and one that waits."""
    [first, *_others] = add_registrations(session, seminar, seminar.capacity, RegistrationStatus.REGISTERED)
    waiting = add_registrations(session, seminar, count - seminar.capacity, RegistrationStatus.WAITING)
    for number, registration in enumerate(waiting, 1):
        registration.queue_number = number
    [duplicate] = add_registrations(session, seminar, 1, RegistrationStatus.APPLIED)
    duplicate.likely_duplicate_of, duplicate.is_likely_duplicate = first, True
    return first, waiting[0]


def add_registrations(session: Session, seminar: Seminar, count: int, status: RegistrationStatus) -> list[Registration]:
    """Insert registrations of new people. This takes a tenth of the time of registering them one by one."""
    moment = NOON - timedelta(days=20)
    registrations = [
        Registration(
            person=Person(
                surname=SURNAMES[number % len(SURNAMES)],
                given_name=f"Айгүл {status} {number}",
                phone=f"+7701{seminar.id:03}{len(status):02}{number:02}",
                email=f"{status}{number}@example.org" if number % 2 else "",
                workplace="Облыстық аурухана",
                position="мейіргер",
                language="kk",
                created_at=moment,
            ),
            seminar=seminar,
            token=generate_token(),
            pass_code=generate_pass_code(),
            nonce=generate_token(),
            calendar_version=1,
            created_at=moment,
            status=status,
            status_since=moment,
        )
        for number in range(count)
    ]
    session.add_all(registrations)
    session.flush()
    with session.info["app"].app_context():
        wording = build_personal_data_wording(seminar.project, "kk")
    for registration in registrations:
        record_consent(session, registration, wording, moment, "192.0.2.1")
    return registrations


def create_surveys(session: Session, seminar: Seminar, people: list[Registration], count: int) -> dict[str, Survey]:
    """Create surveys of every purpose and `count` ordinary ones; return them by name."""
    attributes: dict[str, dict[str, Any]] = {
        "every kind": {},
        "anonymous": {"anonymous": True},
        "kiosk": {},
        "checklist": {"purpose": SurveyPurpose.CHECKLIST, "questions": [STEP_QUESTION]},
        "pre-test": {"purpose": SurveyPurpose.PRE_TEST, "questions": [TEST_QUESTION]},
        "post-test": {"purpose": SurveyPurpose.POST_TEST, "questions": [TEST_QUESTION]},
        "draft": {"released": False},
        **{f"ordinary {number}": {} for number in range(count)},
    }
    surveys = {
        name: make_survey(session, seminar, number=number, **attributes[name])
        for number, name in enumerate(attributes, 2)
    }
    half = people[: len(people) // 2]
    for registration in [*half, people[-1]]:
        answer_survey(session, registration)
        session.add(TestScore(registration_id=registration.id, percent=100, entered_at=NOON))
    answers: dict[str, dict[str, Any]] = {
        "pre-test": {"item": "no"},
        "post-test": {"item": "yes"},
        "checklist": {"step": True},
    }
    for name in surveys.keys() - {"draft", "kiosk"}:
        add_responses(session, surveys[name], [half[0], *half[3:]], answers.get(name, ANSWER_TO_EACH_KIND))
    return surveys


def add_responses(
    session: Session, survey: Survey, respondents: list[Registration], answers: Mapping[str, Any]
) -> None:
    """Insert the same response for several people."""
    content = {"survey_id": survey.id, "version_id": survey.current_version.id, "answers": answers}
    for registration in respondents:
        session.add(SurveyParticipation(survey_id=survey.id, registration_id=registration.id))
        if survey.anonymous:
            session.add(Ballot(**content))
        else:
            moment = NOON - timedelta(hours=1)
            session.add(SurveyResponse(**content, registration_id=registration.id, language="kk", answered_at=moment))
    session.flush()


def create_scan(session: Session, seminar: Seminar) -> int:
    """Upload a blank photo as a signed sheet and return the id of its scan."""
    storage = Storage.from_settings(session.info["app"].extensions["settings"], "sheets")
    pages = recognize_file(encode_jpeg(Image.new("RGB", (60, 80), "white")))
    return file_recognized_pages(session, storage, seminar, pages, NOON, None)[0].scan.id
