"""The sections of the dashboard, in the order of its rail, and the section that each page belongs to."""

from dataclasses import dataclass

from flask_babel import LazyString

from trainer.language.translate import lazy_gettext as _l


@dataclass(frozen=True)
class Section:
    """A section of the dashboard: its first page and its name; `pages` are endpoints and blueprints that belong to it too."""

    name: str
    endpoint: str
    label: LazyString
    pages: tuple[str, ...] = ()


SECTIONS = (
    Section("today", "desk.view_desk_home", _l("Today")),
    Section(
        "seminars",
        "desk_seminars.view_seminars",
        _l("Seminars"),
        ("seminars.add_seminar", "desk_seminars", "desk_removal"),
    ),
    Section("people", "desk_people.view_people", _l("People"), ("desk_people",)),
    Section(
        "plan",
        "monitoring.view_plan",
        _l("Plan"),
        (
            "monitoring",
            "monitoring_charts",
            "projects",
            "projects_editing",
            "projects_importing",
            "projects_review",
            "example",
            "evidence_inbox",
            "evidence_desk",
            "evidence_publications",
            "evidence_publication_proofs",
            "evidence_withdrawals",
            "evidence_registers",
            "evidence_distribution",
            "evidence_sharing",
            "evidence_uploads",
        ),
    ),
    Section(
        "messages",
        "registration_messages.view_messages",
        _l("Messages"),
        ("registration_messages", "registration_message_queue", "registration_announcements", "registration_letters"),
    ),
    Section(
        "settings",
        "desk_settings.view_settings",
        _l("Settings"),
        (
            "desk_settings",
            "desk_history",
            "colleagues",
            "projects.edit_project",
            "accounts",
            "accounts_desk",
            "passkeys_desk",
            "security",
            "attendance_devices",
        ),
    ),
)


def find_section(endpoint: str) -> Section | None:
    """Return the section that an endpoint belongs to, by its full name before its blueprint; None for a seminar's pages."""
    blueprint = endpoint.rpartition(".")[0]
    for name in (endpoint, blueprint):
        for section in SECTIONS:
            if name == section.endpoint or name in section.pages:
                return section
    return None
