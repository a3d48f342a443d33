"""Who may open and change what: one table for all pages below /desk. What does not stand in it is closed to everybody.

A key is a blueprint or one of its endpoints; the endpoint decides where both stand here. `read` lists the roles that may
send GET requests, `write` those that may send others. The role is the one in the project of the object in the address
(see `access`); for an address without an object, any role of the user counts, and the view shows what `memberships` lists.
"""

from dataclasses import dataclass

from trainer.accounts.models import ProjectRole

OWNERS = frozenset({ProjectRole.OWNER})
ORGANIZERS = OWNERS | {ProjectRole.ORGANIZER}
STAFF = ORGANIZERS | {ProjectRole.ASSISTANT}
ACCOUNT_ROLES = (ProjectRole.OWNER, ProjectRole.ORGANIZER, ProjectRole.ASSISTANT)
"""The roles that accounts are given. A monitor needs no account: that role is what a link grants."""
READERS = ORGANIZERS | {ProjectRole.MONITOR}
EVERYBODY = frozenset(ProjectRole)
NOBODY: frozenset[ProjectRole] = frozenset()


@dataclass(frozen=True)
class Access:
    """The roles that may read and write at an address."""

    read: frozenset[ProjectRole]
    write: frozenset[ProjectRole] = NOBODY
    is_for_creators: bool = False
    """Whether users who may create projects come in without being a colleague in one."""


OWN_ACCOUNT = Access(EVERYBODY, EVERYBODY, is_for_creators=True)
ORGANIZING = Access(ORGANIZERS, ORGANIZERS)
ORGANIZING_OR_STARTING = Access(ORGANIZERS, ORGANIZERS, is_for_creators=True)
"""Pages that the main menu leads to, also of users who have no project yet."""
ACCESS = {
    "accounts_desk": OWN_ACCOUNT,
    "attendance_conflicts": Access(STAFF, STAFF),
    "attendance_decisions": Access(STAFF, STAFF),
    "attendance_desk": Access(EVERYBODY, STAFF),
    "attendance_devices": ORGANIZING,
    "attendance_scans": Access(STAFF, STAFF),
    "attendance_sheets": Access(STAFF, STAFF),
    "colleagues": Access(OWNERS, OWNERS),
    "desk": Access(EVERYBODY),
    "desk.view_desk_home": Access(EVERYBODY, is_for_creators=True),
    "desk_history": Access(ORGANIZERS),
    "desk_documents": Access(STAFF),
    "desk_people": Access(ORGANIZERS, is_for_creators=True),
    "desk_removal": ORGANIZING,
    "desk_search": Access(ORGANIZERS, is_for_creators=True),
    "desk_seminars": Access(EVERYBODY, is_for_creators=True),
    "desk_settings": Access(EVERYBODY, EVERYBODY, is_for_creators=True),
    "evidence_desk": ORGANIZING,
    "evidence_desk.download_evidence_copy": Access(READERS),
    "evidence_desk.view_activity_evidence": Access(READERS),
    "evidence_desk.view_evidence_picture": Access(READERS),
    "evidence_desk.view_evidence_thumbnail": Access(READERS),
    "evidence_distribution": ORGANIZING,
    "evidence_inbox": ORGANIZING_OR_STARTING,
    "evidence_publication_proofs": ORGANIZING,
    "evidence_publication_proofs.view_views_chart": Access(READERS),
    "evidence_publications": ORGANIZING,
    "evidence_publications.view_publication": Access(READERS),
    "evidence_publications.view_publications": Access(READERS, is_for_creators=True),
    "evidence_registers": ORGANIZING,
    "evidence_registers.view_register": Access(READERS, is_for_creators=True),
    "evidence_sharing": Access(STAFF, STAFF),
    "evidence_uploads": Access(STAFF, STAFF),
    "evidence_withdrawals": ORGANIZING_OR_STARTING,
    "example": Access(OWNERS, OWNERS, is_for_creators=True),
    "issuing_batch": ORGANIZING,
    "issuing_certificates": Access(READERS, ORGANIZERS),
    "issuing_corrections": ORGANIZING,
    "issuing_desk": Access(READERS, ORGANIZERS),
    "issuing_downloads": Access(ORGANIZERS),
    "issuing_downloads.view_certificate_sample": Access(READERS),
    "monitoring": Access(READERS, ORGANIZERS),
    "monitoring_charts": Access(READERS),
    "monitoring.add_figure": ORGANIZING,
    "monitoring.view_plan": Access(READERS, is_for_creators=True),
    "passkeys_desk": OWN_ACCOUNT,
    "projects": ORGANIZING,
    "projects.view_project_logo": Access(EVERYBODY),
    "projects_editing": ORGANIZING,
    "projects_editing.add_project": Access(NOBODY, is_for_creators=True),
    "projects_importing": Access(NOBODY, is_for_creators=True),
    "projects_importing.download_plan": Access(READERS),
    "projects_order": ORGANIZING,
    "projects_review": Access(NOBODY, is_for_creators=True),
    "registration_announcements": ORGANIZING_OR_STARTING,
    "registration_changes": ORGANIZING,
    "registration_desk": ORGANIZING,
    "registration_desk.view_registrations": Access(READERS),
    "registration_duplicates": ORGANIZING,
    "registration_form": ORGANIZING,
    "registration_import_columns": ORGANIZING,
    "registration_import_rows": ORGANIZING,
    "registration_imports": ORGANIZING,
    "registration_letters": ORGANIZING_OR_STARTING,
    "registration_message_queue": ORGANIZING_OR_STARTING,
    "registration_messages": ORGANIZING_OR_STARTING,
    "registration_notifications": ORGANIZING,
    "registration_person": ORGANIZING,
    "registration_poster": Access(STAFF),
    "seminars": ORGANIZING,
    "seminars.add_seminar": Access(
        ORGANIZERS, ORGANIZERS, is_for_creators=True
    ),  # without a plan, it leads to the plan
    "seminars_cancellation": ORGANIZING,
    "surveys_builder": ORGANIZING,
    "surveys_builder.view_surveys": Access(READERS),
    "surveys_builder_changes": ORGANIZING,
    "surveys_builder_questions": ORGANIZING,
    "surveys_builder_questions.view_survey_preview": Access(READERS),
    "surveys_builder_questions.view_survey_version": Access(READERS),
    "surveys_checklists": ORGANIZING,
    "surveys_downloads": Access(ORGANIZERS),
    "surveys_downloads.download_survey_report": Access(READERS),
    "surveys_kiosk_desk": ORGANIZING,
    "surveys_paper": ORGANIZING,
    "surveys_paper.download_blank_form": Access(STAFF),
    "surveys_reminders": ORGANIZING,
    "surveys_results": Access(READERS),
    "surveys_scores": ORGANIZING,
    "surveys_xlsform": ORGANIZING,
}


def find_endpoint_access(endpoint: str) -> Access:
    """Return who may use an endpoint: what is declared for it, else for its blueprint, else nobody."""
    return ACCESS.get(endpoint) or ACCESS.get(endpoint.rpartition(".")[0]) or Access(NOBODY)


def is_role_allowed(role: ProjectRole, endpoint: str, is_reading: bool = True) -> bool:
    """Return whether a role may use an endpoint in its project."""
    access = find_endpoint_access(endpoint)
    return role in (access.read if is_reading else access.write)
