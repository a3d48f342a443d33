"""Names of the statuses of announcements, their titles, and the text with which a new one begins."""

from flask_babel import force_locale

from trainer.language import LANGUAGES
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translated import Translated
from trainer.messages.placeholders import fill_line
from trainer.registration.announcements.models import Announcement, AnnouncementStatus
from trainer.registration.notifications.letters import COMMON_PLACEHOLDERS

ANNOUNCEMENT_STATUS_NAMES = {
    AnnouncementStatus.DRAFT: _l("Draft"),
    AnnouncementStatus.SCHEDULED: _l("Scheduled"),
    AnnouncementStatus.SENT: _l("Sent"),
    AnnouncementStatus.STOPPED: _l("Stopped"),
}
ANNOUNCEMENT_STATUS_TONES = {
    AnnouncementStatus.DRAFT: "soft",
    AnnouncementStatus.SCHEDULED: "warn",
    AnnouncementStatus.SENT: "good",
    AnnouncementStatus.STOPPED: "bad",
}


def format_announcement_title(announcement: Announcement) -> str:
    """Return the subject in the page's language as a title: with the seminar's title, and “…” for what differs."""
    language = get_page_language()
    titles = [seminar.title.get_text(language) for seminar in announcement.seminars]
    values = {placeholder.name: "…" for placeholder in COMMON_PLACEHOLDERS}
    return fill_line(
        announcement.subject.get_text(language), {**values, "seminar": titles[0] if len(titles) == 1 else "…"}
    )


def write_starting_body() -> Translated:
    """Return greeting, page and contact in each language, between which the organizer writes."""
    bodies = {}
    for language in LANGUAGES:
        with force_locale(language):
            greeting = _("Hello, %(name)s!", name="{name}")
            page = _("Your page: %(address)s", address="{page}")
            contact = _("Organiser: %(contact)s", contact="{contact}")
        bodies[language] = f"{greeting}\n\n\n\n{page}\n{contact}"
    return Translated(**bodies)


def has_only_starting_body(language: str, body: str) -> bool:
    """Return whether nothing was written in a language besides what a new announcement begins with."""
    return body.split() == write_starting_body().get_exact_text(language).split()
