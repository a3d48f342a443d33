"""Who gets an announcement: the people of its segment, each once, without those who have left or asked for erasure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from trainer.messages.models import MessageChannel
from trainer.people.models import Person
from trainer.people.names import join_names
from trainer.registration.announcements.models import Announcement
from trainer.registration.announcements.segments import get_segment
from trainer.registration.models import ACTIVE_STATUSES, Consent, ConsentPurpose, ConsentText, Registration


@dataclass(frozen=True)
class Recipient:
    """Somebody who gets an announcement: under which registration, in which language, through which channel and address."""

    registration_id: int
    seminar_id: int
    person_id: int
    identity: tuple[str, str, str]
    """Folded name, phone and email: who has the same ones is told once."""
    full_name: str
    reads: str
    """The language that the person chose."""
    language: str
    channel: MessageChannel
    address: str


@dataclass(frozen=True)
class Audience:
    """The recipients of an announcement, and the number of people of the segment who have no address or number."""

    recipients: Sequence[Recipient]
    unreachable_count: int

    def count_languages(self) -> dict[str, int]:
        """Return how many get it in each language."""
        return dict(Counter(recipient.language for recipient in self.recipients))

    def count_channels(self) -> dict[MessageChannel, int]:
        """Return how many get it through each channel."""
        return dict(Counter(recipient.channel for recipient in self.recipients))

    def count_other_readers(self) -> dict[str, int]:
        """Return how many people chose each of the languages in which there is no text."""
        return dict(Counter(recipient.reads for recipient in self.recipients if recipient.reads != recipient.language))


def list_audience(session: Session, announcement: Announcement, now: datetime) -> Audience:
    """Return who would get an announcement now, by name. Needs an application context.

    Somebody with several registrations, also as different people with the same name, phone and e-mail, gets it once, for the
    seminar that comes first.
    """
    seminars = announcement.seminars
    segment_ids = get_segment(announcement.segment).list_registration_ids(session, seminars, now)
    order = {seminar.id: number for number, seminar in enumerate(sorted(seminars, key=lambda one: one.ends_at or now))}
    statement = (
        select(
            *(Registration.id, Registration.seminar_id, Person.id, Person.surname, Person.given_name),
            *(Person.patronymic, Person.phone, Person.email, Person.language, Person.folded_name),
        )
        .join(Registration.person)
        .where(Registration.seminar_id.in_(order), can_be_told())
        .order_by(Person.sort_key, Registration.id)
    )
    rows = [row for row in session.execute(statement) if row[0] in segment_ids]
    rows.sort(key=lambda row: order[row[1]])
    chosen: dict[tuple[str, str, str], Any] = {}
    for row in rows:
        chosen.setdefault((row.folded_name, row.phone, row.email), row)
    is_manual = announcement.project.is_example  # whose addresses are invented
    recipients = []
    for identity, row in chosen.items():
        is_email = bool(row.email) and not is_manual
        recipient = Recipient(
            registration_id=row[0],
            seminar_id=row[1],
            person_id=row[2],
            identity=identity,
            full_name=join_names(row.surname, row.given_name, row.patronymic),
            reads=row.language,
            language=announcement.choose_language(row.language),
            channel=MessageChannel.EMAIL if is_email else MessageChannel.MANUAL,
            address=row.email if is_email else row.phone,
        )
        recipients.append(recipient)
    reachable = [recipient for recipient in recipients if recipient.address]
    return Audience(reachable, len(recipients) - len(reachable))


def can_be_told() -> ColumnElement[bool]:
    """Return the condition that the person of a registration may be told something.

    The registration is active, the person has not asked for erasure, and has not withdrawn the consent to personal data.
    """
    consents = select(Consent.id).where(
        Consent.registration_id == Registration.id,
        Consent.text.has(ConsentText.purpose == ConsentPurpose.PERSONAL_DATA),
    )
    is_withdrawn = consents.where(Consent.withdrawn_at.is_not(None)).exists()
    is_valid = consents.where(Consent.withdrawn_at.is_(None)).exists()
    return and_(
        Registration.status.in_(ACTIVE_STATUSES),
        Person.erased_at.is_(None),
        Person.erasure_requested_at.is_(None),
        or_(~is_withdrawn, is_valid),
    )
