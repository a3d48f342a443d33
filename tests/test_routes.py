"""The routes are a contract: addresses on paper stay, GET requests change nothing, addresses follow one style."""

import re

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule, UUIDConverter

from tests.attendance.signed_sheet import encode_jpeg
from tests.factories import NOON, YERLAN, answer_survey, create_seminar, mark_sessions, register_person
from tests.registration.announcements.factories import create_announcement, create_manual_message
from tests.registration.imports.steps import create_uploaded_list
from tests.route_data import DatasetSize, create_evidence_parameters, create_plan_parameters
from tests.statements import read_all_rows
from tests.visitor import Visitor
from trainer.accounts.models import Membership, User
from trainer.accounts.sign_in import create_sign_in_link
from trainer.attendance.models import AttendanceStatus
from trainer.attendance.sheets.filing import file_recognized_pages
from trainer.attendance.sheets.printing import create_sheet_pages
from trainer.attendance.sheets.recognition import recognize_file
from trainer.attendance.tablet.devices import create_device
from trainer.issuing.models import IssuedCertificate
from trainer.language.translated import Translated
from trainer.projects.models import Project
from trainer.registration.form import questions
from trainer.registration.models import Registration, RegistrationQuestionKind
from trainer.seminars.models import Seminar
from trainer.storage import Storage
from trainer.web.addresses import MAX_ROW_NUMBER

# Printed, shared and bookmarked: these stay.
PROMISED = {
    "/",
    "/s/<slug>",
    "/s/<slug>/register",
    "/privacy",
    "/u/<token>",
    "/r/<token>",
    "/r/<token>/survey/<int:number>",
    "/r/<token>/certificate.pdf",
    "/r/<token>/name",
    "/r/<token>/pass",
    "/r/<token>/calendar.ics",
    "/r/<token>/my-data",
    "/lost",
    "/v/<code>/paper.webp",
    "/v/<code>",
    "/V/<code>",
    "/verify",
    "/.well-known/jwks.json",
    "/.well-known/did.json",
    "/status/<int:number>",
    "/desk/",
    "/healthz",
    "/readyz",
}
# What only a button may do.
BUTTONS = {
    "accounts.submit_sign_in",
    "accounts_desk.submit_browser_sign_out",
    "attendance_desk.submit_marks",
    "desk_removal.submit_archiving",
    "surveys_reminders.submit_survey_reminders",
    "attendance_conflicts.submit_conflict_decision",
    "attendance_conflicts.submit_conflict_reopening",
    "attendance_conflicts.submit_walk_in_decision",
    "attendance_decisions.submit_refusal_decision",
    "attendance_decisions.submit_unlisted_decision",
    "portal_details.submit_details",
    "portal_details.submit_consent",
    "portal_details.submit_photo_consent",
    "attendance_sheets.submit_sheet_printing",
    "attendance_devices.submit_new_pairing_code",
    "attendance_devices.submit_queue_file",
    "evidence_desk.add_upload_link",
    "evidence_desk.submit_cleaning_decision",
    "evidence_desk.submit_evidence_removal",
    "evidence_desk.submit_evidence_restoration",
    "evidence_desk.submit_link_revocation",
    "evidence_desk.submit_shown_person",
    "evidence_distribution.submit_hand_over_removal",
    "evidence_distribution.submit_hand_over_restoration",
    "evidence_distribution.submit_sharing",
    "evidence_inbox.submit_sorting",
    "evidence_inbox.submit_sorting_undo",
    "evidence_publication_proofs.submit_copy_request",
    "evidence_publication_proofs.submit_dead_link",
    "evidence_publication_proofs.submit_published_person",
    "evidence_publications.submit_publication_removal",
    "evidence_publications.submit_publication_restoration",
    "evidence_publications.submit_views",
    "evidence_registers.submit_entry_removal",
    "evidence_registers.submit_entry_restoration",
    "evidence_sharing.submit_shared_files",
    "evidence_upload_links.submit_linked_end",
    "evidence_upload_links.submit_linked_form",
    "evidence_upload_links.submit_linked_part",
    "evidence_upload_links.submit_linked_upload",
    "evidence_uploads.submit_upload",
    "evidence_uploads.submit_upload_end",
    "evidence_uploads.submit_upload_form",
    "evidence_uploads.submit_upload_part",
    "monitoring.submit_figure_removal",
    "issuing_names.submit_correction_request",
    "issuing_names.submit_name_confirmation",
    "issuing_corrections.submit_correction_decision",
    "issuing_desk.submit_exception",
    "issuing_desk.submit_exception_removal",
    "issuing_batch.submit_certificate_batch",
    "issuing_desk.submit_reissue",
    "issuing_certificates.submit_renewal",
    "issuing_certificates.submit_revocation",
    "registration_changes.submit_silence",
    "registration_changes.submit_telling",
    "registration_announcements.submit_announcement",
    "registration_announcements.submit_announcement_cancellation",
    "registration_announcements.submit_announcement_deletion",
    "registration_announcements.submit_announcement_stop",
    "registration_letters.submit_letter_reset",
    "registration_message_queue.submit_message_claim",
    "registration_message_queue.submit_message_skip",
    "registration_message_queue.submit_message_undo",
    "registration_message_queue.submit_message_unreachable",
    "registration_message_queue.submit_next_message",
    "registration_messages.submit_failed_messages_retry",
    "registration_notifications.submit_message_copy",
    "registration_notifications.submit_message_retry",
    "registration_notifications.submit_switch_to_manual",
    "registration_notifications.submit_manual_message_not_sent",
    "registration_notifications.submit_manual_message_sent",
    "passkeys.submit_passkey",
    "passkeys.submit_passkey_options",
    "passkeys_desk.submit_new_passkey",
    "passkeys_desk.submit_new_passkey_options",
    "passkeys_desk.submit_passkey_removal",
    "portal_link_recovery.submit_link_recovery",
    "portal_page_link.submit_link_to_self",
    "portal_page_link.submit_remembering",
    "portal_page_link.submit_forgetting",
    "portal_registration.submit_offer_acceptance",
    "portal_registration.submit_cancellation",
    "portal_registration.submit_return",
    "portal_registration.submit_offer_decline",
    "verification_offline.submit_photo",
    "portal.submit_further_registration",
    "portal_privacy.submit_erasure",
    "portal_privacy.submit_consent_withdrawal",
    "projects_importing.submit_draft",
    "projects_importing.submit_draft_deletion",
    "projects_order.submit_deletion",
    "projects_order.submit_move",
    "projects_order.submit_project_deletion",
    "projects_review.submit_doubts",
    "projects_review.submit_indicator_removal",
    "projects_review.submit_readings",
    "desk_settings.submit_project_choice",
    "registration_form.submit_registration_question_change",
    "registration_public.submit_registration",
    "registration_desk.submit_bulk_action",
    "registration_desk.submit_undo",
    "registration_duplicates.submit_merge",
    "registration_duplicates.submit_unmerge",
    "colleagues.submit_invitation_withdrawal",
    "colleagues.submit_suspension",
    "colleagues_invitation.submit_invitation",
    "registration_duplicates.submit_duplicate_decision",
    "registration_duplicates.submit_duplicate_decisions",
    "registration_import_columns.submit_columns",
    "registration_import_rows.submit_rows",
    "registration_imports.submit_import_file",
    "registration_imports.submit_import_removal",
    "attendance_scans.submit_scan_confirmation",
    "attendance_scans.submit_scan_filing",
    "attendance_scans.submit_scan_removal",
    "attendance_scans.submit_sheet_mark_undo",
    "attendance_scans.submit_scans",
    "security.logout",
    "security.two_factor_setup_validate",
    "seminars.submit_registration_switch",
    "seminars_cancellation.submit_reinstatement",
    "surveys_answering.submit_survey_answers",
    "surveys_answering.submit_survey_draft",
    "surveys_builder_changes.submit_change_undo",
    "surveys_builder_changes.submit_question_arrangement",
    "surveys_builder_questions.view_question_preview",
    "surveys_kiosk.submit_kiosk_answers",
    "surveys_kiosk_desk.submit_kiosk_switch",
    "surveys_paper.submit_paper_participants",
    "surveys_builder.submit_survey_reopening",
    "attendance_tablet_api.submit_pairing",
    "attendance_tablet_api.submit_code_picture",
    "attendance_tablet_api.submit_sync_batch",
    "verification.submit_number",
}
READING = {"GET", "HEAD", "OPTIONS"}


@pytest.fixture
def rules(app: Flask) -> list[Rule]:
    """Return all routes."""
    return list(app.url_map.iter_rules())


def test_what_was_promised_is_there(rules: list[Rule]) -> None:
    addresses = {rule.rule for rule in rules if "GET" in (rule.methods or ())}
    assert addresses >= PROMISED


def test_what_only_a_button_may_do_is_no_link(rules: list[Rule]) -> None:
    assert {rule.endpoint for rule in rules} >= BUTTONS
    assert [rule.rule for rule in rules if rule.endpoint in BUTTONS and (rule.methods or set()) & {"GET", "HEAD"}] == []


def test_whatever_accepts_no_get_is_known_as_a_button(rules: list[Rule]) -> None:
    changing = [rule for rule in rules if not (rule.methods or set()) <= READING]
    assert {rule.endpoint for rule in changing if "GET" not in (rule.methods or ())} == BUTTONS


def test_addresses_are_written_alike(rules: list[Rule]) -> None:
    for rule in rules:
        fixed = re.sub(r"<[^>]*>", "", rule.rule)
        assert re.fullmatch(r"[a-z0-9./-]*", fixed) or fixed == "/V/", rule.rule
        assert "--" not in fixed, rule.rule
        assert rule.rule in ("/", "/desk/", "/tablet/") or not rule.rule.endswith("/"), rule.rule


def test_a_number_in_an_address_has_a_type(rules: list[Rule]) -> None:
    for rule in rules:
        for name, kind in rule._converters.items():
            if name.endswith(("_id", "number")) and not isinstance(kind, UUIDConverter):
                assert kind.regex == r"\d+", rule.rule
                assert getattr(kind, "max", None) == MAX_ROW_NUMBER, rule.rule


def create_blank_scan(session: Session, seminar: Seminar) -> int:
    """Upload a blank photo of a sheet and return the id of its scan."""
    storage = Storage.from_settings(session.info["app"].extensions["settings"], "sheets")
    read = recognize_file(encode_jpeg(Image.new("RGB", (60, 80), "white")))
    return file_recognized_pages(session, storage, seminar, read, NOON, None)[0].scan.id


@pytest.fixture
def places(organizer: Visitor, session: Session, project: Project) -> dict[str, str | int]:
    """Return values for the parameters of every address: a past seminar with people, a question, a certificate and a scan."""
    held = create_seminar(session, project, NOON.replace(day=1), slug="held")
    create_seminar(session, project, slug="coming")
    known = register_person(session, held)
    register_person(session, held, YERLAN)
    question = questions.create_registration_question(
        session,
        held,
        questions.RegistrationQuestionDraft(RegistrationQuestionKind.TEXT, Translated("Қалаңыз", "Ваш город")),
    )
    mark_sessions(session, known, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    answer_survey(session, known)
    organizer.submit(f"/desk/seminars/{held.id}/certificates/check", form="issue")
    issued = session.scalars(select(IssuedCertificate)).one()
    link = create_sign_in_link(session, session.scalars(select(User)).one(), NOON)
    announcement = create_announcement(session, held)
    parts: dict[str, str | int] = {
        "announcement_id": announcement.id,
        "message_id": create_manual_message(session, known, announcement).id,
        "slug": held.slug,
        "step": "days",
        "seminar_id": held.id,
        "project_id": project.id,
        "registration_id": known.id,
        "question_id": question.id,
        "device_id": create_device(session, "Планшет", [held], NOON)[0].id,
        "page_id": create_sheet_pages(session, held.sessions[0], NOON)[0].id,
        "scan_id": create_blank_scan(session, held),
        "list_id": create_uploaded_list(session, held),
        **create_plan_parameters(session, project),
        **create_evidence_parameters(session, held, session.scalars(select(User)).one(), DatasetSize(2, 2, 2)),
        "membership_id": session.scalars(select(Membership.id)).one(),
        "invitation_id": 1,
    }
    return {
        **parts,
        "code": issued.code,
        "serial": issued.serial,
        "number": 1,
        "design": "standard",
        "start": "trip",
        "key": "overall",
        "name": "overall",
        "version_number": 1,
        "sha256": "0" * 64,
        "filename": "app.css",
        "language": "kk",
        "kind": "pdf",
        "token": link,
    }


def test_looking_changes_nothing(
    app: Flask, organizer: Visitor, session: Session, rules: list[Rule], places: dict[str, str | int]
) -> None:
    before = read_all_rows(session)
    own = session.scalars(select(Registration.token).order_by(Registration.id)).all()
    seen = []
    for rule in rules:
        if "GET" not in (rule.methods or ()):
            continue
        token = own[0] if rule.rule.startswith("/r/") else places["token"]
        address = app.url_map.bind("localhost").build(rule.endpoint, {**places, "token": token}, append_unknown=False)
        for visitor in (organizer.client, app.test_client()):
            answer = visitor.get(address, buffered=True)
            assert answer.status_code < 500, address
            seen.append(answer.status_code)
    assert read_all_rows(session) == before
    assert seen.count(200) > len(seen) / 2, "most pages are really looked at"


def test_a_look_that_writes_is_noticed(session: Session, project: Project) -> None:
    before = read_all_rows(session)
    project.business_number = "123456789012"
    assert read_all_rows(session) != before


def test_every_reading_method_of_a_page_answers(organizer: Visitor, places: dict[str, str | int]) -> None:
    for address in ("/", "/s/held", "/privacy", "/verify", f"/v/{places['code']}", "/healthz", "/desk/"):
        for method in READING:
            assert organizer.client.open(address, method=method).status_code == 200, f"{method} {address}"


def test_every_blueprint_is_named_after_its_package(app: Flask) -> None:
    modules = {name: blueprint.import_name for name, blueprint in app.blueprints.items()}
    for name, module in modules.items():
        if not module.startswith("trainer."):  # Flask-Security's
            continue
        package = module.split(".")[1]
        assert name == package or name.startswith(f"{package}_"), f"{name} in {module}"
