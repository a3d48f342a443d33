"""Every page has a budget of database queries, and its number of queries does not grow with the number of people, seminars or surveys."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import time_machine
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Integer, bindparam, event, select

from tests import databases
from tests.factories import NOON
from tests.route_data import DatasetSize, create_route_data
from tests.visitor import sign_in_organizer
from trainer import create_app
from trainer.accounts.models import User
from trainer.accounts.sign_in import get_or_create_organizer
from trainer.extensions import db, limiter
from trainer.raw_queries import RawQuery, open_raw_connection

SMALL, LARGE = DatasetSize(people=10, seminars=2, surveys=1), DatasetSize(people=60, seminars=12, surveys=6)
# The most queries that a page may execute, whatever the size of the data, and the most rows that it may fetch of the large data.
# `grows` marks pages whose number of queries still grows with the data. Lower the numbers when a page gets better.
BUDGETS = """
  3     3  accounts.view_sign_in_link
  3     3  accounts_desk.edit_account
  4     4  accounts_desk.view_signed_in_browsers
 25    69  attendance_conflicts.view_conflicts
 20   308  attendance_desk.view_attendance
 18   317  attendance_desk.view_live_attendance
  5    39  attendance_devices.add_device
  4     4  attendance_devices.edit_device_revocation
  5     6  attendance_devices.view_device
  5    26  attendance_devices.view_devices
  2     2  attendance_scans.download_scan_file
 12    26  attendance_scans.view_scan
  2     2  attendance_scans.view_scan_picture
  9   256  attendance_sheets.download_participant_list
  9   256  attendance_sheets.download_participant_lists
 10    73  attendance_sheets.download_sheet
 10    73  attendance_sheets.download_sheets
 16    47  attendance_sheets.view_documents
 19    50  attendance_sheets.view_documents
  1     1  accounts_desk.edit_account
  2     2  accounts_desk.view_signed_in_browsers
 23    67  attendance_conflicts.view_conflicts
 18   306  attendance_desk.view_attendance
 19   318  attendance_desk.view_live_attendance
  3    37  attendance_devices.add_device
  3     4  attendance_devices.edit_device_revocation
  4     6  attendance_devices.view_device
  3    24  attendance_devices.view_devices
  3     3  attendance_scans.download_scan_file
 10    24  attendance_scans.view_scan
  3     3  attendance_scans.view_scan_picture
 10   257  attendance_sheets.download_participant_list
 11    74  attendance_sheets.download_sheet
 17    48  attendance_sheets.view_documents
  1     1  attendance_tablet.view_pairing_page
  1     1  attendance_tablet.view_tablet_app
  1     1  attendance_tablet.view_tablet_manifest
  0     0  attendance_tablet.view_tablet_worker
 19   250  attendance_tablet_api.view_device_roster
  1     1  attendance_tablet_api.view_server_time
 43   560  desk.view_desk_home
 36   565  desk.view_seminar_overview
  9    53  desk.view_desk_home
 23   339  desk.view_seminar_overview
 10   152  desk_people.view_people
 10    20  desk_removal.add_duplicate
 11    21  desk_removal.edit_deletion
  6    20  desk_removal.view_archive
  3     3  desk_search.view_search
 12    35  desk_seminars.view_documents
 22   351  desk_seminars.view_seminars
  6    27  desk_settings.view_settings
  2     1  example.view_example_removal
  4     4  issuing_badges.download_badge
  4     4  issuing_badges.download_badge_picture
 30   654  issuing_batch.view_check_sheet
  2     2  issuing_certificates.download_certificate
 14    23  issuing_certificates.view_certificate
  2     2  issuing_certificates.view_certificate_picture
 21   337  issuing_desk.view_certificates
  4    35  issuing_downloads.download_certificate_archive
  4    35  issuing_downloads.download_print_file
  3     4  issuing_downloads.view_certificate_sample
  6    39  colleagues.edit_colleague
  3     4  colleagues.edit_removal
  5     6  colleagues.view_colleagues
  4     4  colleagues_invitation.view_invitation
  7    51  desk.view_desk_home
 21   337  desk.view_seminar_overview
  6    62  desk_history.view_history
  4     4  issuing_badges.download_badge
  4     4  issuing_badges.download_badge_picture
 28   652  issuing_batch.view_check_sheet
  3     3  issuing_certificates.download_certificate
  5     4  issuing_certificates.view_certificate
  3     3  issuing_certificates.view_certificate_picture
 19   335  issuing_desk.view_certificates
  5    36  issuing_downloads.download_certificate_archive
  5    36  issuing_downloads.download_print_file
  4     5  issuing_downloads.view_certificate_sample
  2     2  issuing_holder.download_own_certificate
  2     2  issuing_holder.download_own_certificate_picture
  2     2  issuing_holder.view_own_certificate_picture
  5     3  issuing_names.view_certificate_name
 11   106  portal.view_personal_page
  2     2  portal.view_privacy_notice
  7    16  portal_details.view_details
  1     1  portal_link_recovery.view_link_recovery
  1     1  portal_link_recovery.view_link_recovery_sent
  1     0  portal_page_link.redirect_to_remembered_page
  3     3  portal_pass.download_calendar
  3     3  portal_pass.download_pass_image
  4     4  portal_pass.view_pass
 14    70  portal_privacy.download_my_data
 12    82  portal_privacy.view_consent_withdrawal
  1     1  portal_privacy.view_erased
 10    80  portal_privacy.view_erasure
 15    71  portal_privacy.view_my_data
  4     5  portal_registration.view_cancellation
  4     4  projects.edit_project
 14   111  projects.view_plan
  2     2  projects.view_project_logo
  0     0  projects_editing.add_plan_activity
  0     0  projects_editing.add_plan_impact
  0     0  projects_editing.add_plan_indicator
  0     0  projects_editing.add_plan_result
  0     0  projects_editing.add_plan_task
  0     0  projects_editing.add_project
  0     0  projects_editing.edit_activity
  0     0  projects_editing.edit_expected_result
  0     0  projects_editing.edit_indicator
  0     0  projects_editing.edit_project_facts
  0     0  projects_editing.edit_task
  0     0  projects_importing.add_plan
  0     0  projects_importing.download_example_plan
  0     0  projects_importing.download_plan
  0     0  projects_importing.download_plan_template
  0     0  projects_importing.view_draft
  0     0  projects_review.edit_draft_activities
  0     0  projects_review.edit_draft_indicator
  0     0  projects_review.edit_draft_project
  0     0  projects_review.edit_translations
  0     0  projects_review.view_doubts
  0     0  projects_review.view_readings
  3    37  registration_announcements.add_announcement
  7    42  registration_announcements.edit_announcement
  9   128  registration_announcements.view_announcement
  5     8  registration_announcements.view_announcements
 13   112  projects_editing.add_plan_activity
  4     4  projects_editing.add_plan_impact
  6     6  projects_editing.add_plan_indicator
 11   110  projects_editing.add_plan_result
  4     4  projects_editing.add_plan_task
  3     3  projects_editing.add_project
 16   114  projects_editing.edit_activity
 13   112  projects_editing.edit_expected_result
  7     7  projects_editing.edit_indicator
  4     4  projects_editing.edit_project_facts
  5     5  projects_editing.edit_task
  3     3  projects_importing.add_plan
  1     1  projects_importing.download_example_plan
  9   108  projects_importing.download_plan
  1     1  projects_importing.download_plan_template
  5     5  projects_importing.view_draft
  5     5  projects_review.edit_draft_activities
  5     5  projects_review.edit_draft_indicator
  5     5  projects_review.edit_draft_project
  5     5  projects_review.edit_translations
  5     5  projects_review.view_doubts
  5     5  projects_review.view_readings
 11    20  registration_changes.view_change
  5    66  registration_desk.download_registrations_csv
  5    66  registration_desk.download_registrations_xlsx
 16    74  registration_desk.view_registrations
 14    20  registration_duplicates.view_duplicates
 11    22  registration_duplicates.view_merge
 12    10  registration_form.add_registration_question
 11     9  registration_form.edit_registration_question
  2     3  registration_home.download_preview_image
  4    52  registration_home.view_seminar_list
 13    22  registration_import_columns.view_columns
  5     6  registration_import_rows.download_rest
 16    25  registration_import_rows.view_rows
  3     4  registration_imports.download_import_template
 11    21  registration_imports.view_import
  4     2  registration_letters.edit_letter
  3     2  registration_letters.view_letters
 13    14  registration_message_queue.view_manual_message
  3     3  registration_message_queue.view_message_queue
  9    37  registration_messages.view_messages
  5    39  registration_announcements.add_announcement
  9    44  registration_announcements.edit_announcement
 11   130  registration_announcements.view_announcement
  7    10  registration_announcements.view_announcements
  6     4  registration_letters.edit_letter
  5     4  registration_letters.view_letters
 15    16  registration_message_queue.view_manual_message
  5     5  registration_message_queue.view_message_queue
 11    39  registration_messages.view_messages
 23    51  registration_notifications.view_manual_messages
 13    52  registration_notifications.view_message_log
 10    20  registration_person.add_person
 18    48  registration_person.edit_person
  3     4  registration_poster.download_poster
  3     3  projects.edit_project
 26   101  projects.view_plan
  3     3  projects.view_project_logo
  9    18  registration_changes.view_change
  6    67  registration_desk.download_registrations_csv
  6    67  registration_desk.download_registrations_xlsx
 14    72  registration_desk.view_registrations
 12    18  registration_duplicates.view_duplicates
  9    20  registration_duplicates.view_merge
 10     8  registration_form.add_registration_question
  5     6  registration_form.edit_registration_question
  2     3  registration_home.download_preview_image
  4    52  registration_home.view_seminar_list
 11    21  registration_import_columns.view_columns
  6     8  registration_import_rows.download_rest
 14    24  registration_import_rows.view_rows
  4     5  registration_imports.download_import_template
  9    19  registration_imports.view_import
 10    19  registration_notifications.view_manual_messages
 11    19  registration_notifications.view_message_log
  8    18  registration_person.add_person
 12    33  registration_person.edit_person
  4     5  registration_poster.download_poster
  2     3  registration_public.redirect_earlier_address
  6     7  registration_public.view_registration_form
  6    31  registration_public.view_seminar
  3     3  security.change_password
  1     1  security.login
  3     3  security.verify
 11    59  seminars.add_seminar
  9    60  seminars.download_programme
 11    34  seminars.edit_seminar
 11    34  seminars.edit_seminar_step
 10    20  seminars_cancellation.edit_cancellation
  9    29  surveys_answering.view_survey
 11    20  surveys_builder.add_survey
 17    37  surveys_builder.edit_survey_settings
 19   124  surveys_builder.submit_survey_closing
 19    37  surveys_builder.submit_survey_deletion
 13    36  surveys_builder.submit_survey_release
 11    20  surveys_builder.view_survey_starting_points
 19   435  surveys_builder.view_surveys
 14    36  surveys_builder_changes.submit_question_removal
 13    36  surveys_builder_questions.add_question
 17    36  surveys_builder_questions.edit_question
 18    36  surveys_builder_questions.view_survey_builder
 13    36  surveys_builder_questions.view_survey_preview
 13    36  surveys_builder_questions.view_survey_version
 21   316  surveys_checklists.edit_checklist_entry
 20   316  surveys_checklists.view_checklist
 12    77  surveys_downloads.download_answers_csv
 12    77  surveys_downloads.download_answers_xlsx
 11    50  surveys_downloads.download_contacts_pdf
 11    50  surveys_downloads.download_contacts_xlsx
 10    76  surveys_downloads.download_questionnaires
 20    73  surveys_downloads.download_survey_report
 13   260  surveys_kiosk.view_kiosk_names
 14   261  surveys_kiosk.view_kiosk_survey
  3     3  surveys_kiosk.view_kiosk_thanks
 19   288  surveys_kiosk_desk.view_kiosk_settings
 13    36  surveys_paper.add_paper_ballot
 18   185  surveys_paper.add_paper_response
  6    20  surveys_paper.download_blank_form
 17   184  surveys_paper.view_paper_entry
  8    21  surveys_results.view_question_chart
  5    19  surveys_results.view_satisfaction_results
 28   119  surveys_results.view_survey_results
 19    94  surveys_results.view_test_chart
 13   171  surveys_scores.edit_test_scores
  6    20  surveys_xlsform.download_xlsform
 17    36  surveys_xlsform.edit_xlsform
  1     1  security.mf_recovery
  1     1  security.mf_recovery_codes
  1     1  security.tf_select
  1     1  security.two_factor_rescue
  1     1  security.two_factor_setup
  1     1  security.two_factor_token_validation
  1     1  security.verify
  2    15  seminars.add_seminar
  5    19  seminars.edit_seminar
  4     5  seminars_cancellation.edit_cancellation
  9    29  surveys_answering.view_survey
  5     5  surveys_builder.add_survey
 11    22  surveys_builder.edit_survey_settings
 13   109  surveys_builder.submit_survey_closing
 13    22  surveys_builder.submit_survey_deletion
  7    21  surveys_builder.submit_survey_release
  9    18  surveys_builder.view_survey_starting_points
 17   433  surveys_builder.view_surveys
  8    21  surveys_builder_changes.submit_question_removal
  7    21  surveys_builder_questions.add_question
 11    21  surveys_builder_questions.edit_question
 12    21  surveys_builder_questions.view_survey_builder
  7    21  surveys_builder_questions.view_survey_preview
  7    21  surveys_builder_questions.view_survey_version
 15   302  surveys_checklists.edit_checklist_entry
 14   301  surveys_checklists.view_checklist
 13    78  surveys_downloads.download_answers_csv
 13    78  surveys_downloads.download_answers_xlsx
 12    51  surveys_downloads.download_contacts_pdf
 12    51  surveys_downloads.download_contacts_xlsx
 11    77  surveys_downloads.download_questionnaires
 21    74  surveys_downloads.download_survey_report
 13   260  surveys_kiosk.view_kiosk_names
 14   261  surveys_kiosk.view_kiosk_survey
  3     3  surveys_kiosk.view_kiosk_thanks
 13   273  surveys_kiosk_desk.view_kiosk_settings
  7    21  surveys_paper.add_paper_ballot
 12   171  surveys_paper.add_paper_response
  7    21  surveys_paper.download_blank_form
 11   169  surveys_paper.view_paper_entry
  9    22  surveys_results.view_question_chart
  6    20  surveys_results.view_satisfaction_results
 26   117  surveys_results.view_survey_results
 20    95  surveys_results.view_test_chart
 11   169  surveys_scores.edit_test_scores
  7    21  surveys_xlsform.download_xlsform
 11    21  surveys_xlsform.edit_xlsform
  2     2  verification.scanned
  1     1  verification.view_paper_picture
  2     2  verification.view_verdict
  1     1  verification.view_verification_form
  1     0  verification_offline.download_invalid_certificates
  0     0  verification_offline.download_jwks
  0     0  verification_offline.download_worker
  0     0  verification_offline.list_cached_files
  1     1  verification_offline.view_file_verdict
  0     0  verification_well_known.download_did_document
  1     0  verification_well_known.download_status_list
  0     0  web_health.view_liveness
  1     1  web_health.view_readiness
"""
# GET routes that need no database.
EXCEPTIONS = {
    "static": "a file",
}
REDIRECTS = {
    "portal_page_link.redirect_to_remembered_page": 303,
    "security.login": 302,
    "example.view_example_removal": 404,
    "security.mf_recovery": 302,  # to the desk: who is signed in has nothing to do here
    "security.tf_select": 302,
    "security.two_factor_rescue": 302,
    "security.two_factor_token_validation": 302,
    "surveys_results.view_satisfaction_results": 301,
    "registration_public.redirect_earlier_address": 301,
}


@dataclass
class Cost:
    """The number of statements that a request executed and of rows that it fetched."""

    queries: int = 0
    rows: int = 0


class Budget(NamedTuple):
    """One line of BUDGETS."""

    queries: int
    rows: int
    grows: bool


class CountingCursor(sqlite3.Cursor):
    """Counts statements that read or write rows, and the rows fetched; not PRAGMA, BEGIN and the like."""

    cost = Cost()
    is_counted = False

    def execute(self, sql: str, *parameters: Any) -> "CountingCursor":
        self.is_counted = sql.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"))
        self.cost.queries += self.is_counted
        super().execute(sql, *parameters)
        return self

    def fetchone(self) -> Any:
        row = super().fetchone()
        self.count_rows(row is not None)
        return row

    def fetchmany(self, size: int | None = None) -> list[Any]:
        rows = super().fetchmany(self.arraysize if size is None else size)
        self.count_rows(len(rows))
        return rows

    def fetchall(self) -> list[Any]:
        rows = super().fetchall()
        self.count_rows(len(rows))
        return rows

    def count_rows(self, number: int) -> None:
        self.cost.rows += number if self.is_counted else 0


class CountingConnection(sqlite3.Connection):
    """Counts what the ORM and raw queries execute alike."""

    def cursor(self, *_factory: Any) -> CountingCursor:  # type: ignore[override]
        return super().cursor(CountingCursor)

    def execute(
        self, sql: str, *parameters: Any
    ) -> CountingCursor:  # as raw queries do; the base class would not count
        return self.cursor().execute(sql, *parameters)


def use_counting_connections(app: Flask) -> None:
    """Make every later connection of an application a CountingConnection."""

    def choose_class(_dialect: Any, _record: Any, _arguments: Any, keywords: dict[str, Any]) -> None:
        keywords["factory"] = CountingConnection

    with app.app_context():
        for engine in db.engines.values():
            event.listen(engine, "do_connect", choose_class)


def list_page_endpoints(app: Flask) -> list[str]:
    """Return the endpoints of all GET routes, sorted."""
    return sorted({rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())})


def measure_pages(app: Flask, size: DatasetSize) -> dict[str, Cost]:
    """Fill the empty database, open every page and return the cost of each. Fail if a page does not answer with the status expected."""
    with databases.open_session(app) as session:
        visitor = sign_in_organizer(app, session)
        data = create_route_data(app, session, size)
    visitor.client.get("/desk/")  # what is done once in a process
    headers = {"Authorization": f"Bearer {data.device_token}"}
    costs = {}
    for endpoint in list_page_endpoints(app):
        address = data.build_address(app, endpoint)
        CountingCursor.cost = Cost()
        response = visitor.client.get(address, headers=headers, buffered=True)
        assert response.status_code == REDIRECTS.get(endpoint, 200), address
        costs[endpoint] = replace(CountingCursor.cost)
    return costs


def parse_budgets() -> dict[str, Budget]:
    """Return the budgets by endpoint."""
    budgets = {}
    for line in BUDGETS.strip().splitlines():
        queries, rows, endpoint, *grows = line.split()
        budgets[endpoint] = Budget(int(queries), int(rows), bool(grows))
    return budgets


def list_excesses(budgets: dict[str, Budget], small: dict[str, Cost], large: dict[str, Cost]) -> list[str]:
    """Return a sentence for each page that exceeds its budget or grows undeclared."""
    excesses = []
    for endpoint, budget in budgets.items():
        few, many = small[endpoint], large[endpoint]
        if max(few.queries, many.queries) > budget.queries or many.rows > budget.rows:
            excesses.append(f"{endpoint}: {many.queries} queries ({few.queries} with little data), {many.rows} rows")
        elif many.queries > few.queries and not budget.grows:
            excesses.append(f"{endpoint}: grows from {few.queries} to {many.queries} queries")
    return excesses


@pytest.fixture(scope="module")
def applications(sqlite_template: Path, compiled_pages: FileSystemBytecodeCache) -> Iterator[list[Flask]]:
    """Yield two applications on empty SQLite databases, whose connections count."""
    with databases.open_memory_folder() as folder, time_machine.travel(NOON, tick=False):
        apps = []
        for name in ("small", "large"):
            instance = databases.copy_instance(sqlite_template, folder / name)
            app = create_app(databases.build_settings(instance, "", BASE_URL="https://seminar.example.org"))
            app.jinja_env.bytecode_cache = compiled_pages
            use_counting_connections(app)
            apps.append(app)
        limiter.enabled = False
        yield apps
        for app in apps:
            databases.close_connections(app)


def test_every_page_has_a_budget_or_a_reason_for_none(applications: list[Flask]) -> None:
    assert {*parse_budgets(), *EXCEPTIONS} == set(list_page_endpoints(applications[0]))


@pytest.mark.slow
def test_no_page_exceeds_its_budget_or_needs_more_queries_for_more_data(applications: list[Flask]) -> None:
    small, large = (measure_pages(app, size) for app, size in zip(applications, (SMALL, LARGE), strict=True))
    assert "\n".join(list_excesses(parse_budgets(), small, large)) == ""


def test_a_page_that_exceeds_its_budget_is_reported() -> None:
    budgets = {name: Budget(4, 60, name == "growing") for name in ("good", "growing", "queries", "rows", "undeclared")}
    small = dict.fromkeys(budgets, Cost(3, 10))
    large = {
        "good": Cost(3, 60),
        "growing": Cost(4, 60),
        "queries": Cost(5, 60),
        "rows": Cost(3, 61),
        "undeclared": Cost(4, 60),
    }
    excesses = [excess.partition(":")[0] for excess in list_excesses(budgets, small, large)]
    assert excesses == ["queries", "rows", "undeclared"]


def test_orm_queries_and_raw_queries_are_counted_with_their_rows(applications: list[Flask]) -> None:
    first_user = select(User.id).where(User.id == bindparam("id", type_=Integer))
    with applications[0].app_context():
        get_or_create_organizer(db.session(), "first@example.org", name="Сәуле")
        get_or_create_organizer(db.session(), "second@example.org", name="Сәуле")
        db.session.commit()
        users = db.session.scalars(select(User)).all()
        CountingCursor.cost = Cost()
        db.session.scalars(select(User)).all()
        assert CountingCursor.cost == Cost(1, len(users))
        with open_raw_connection() as connection:
            RawQuery(first_user).fetch_first(connection, id=users[0].id)
        assert CountingCursor.cost == Cost(2, len(users) + 1)
