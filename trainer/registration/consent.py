"""What a trainee agrees to: the words, made of the project's facts, and the record of who agreed to which words when."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainer.language import dates
from trainer.language.translate import gettext as _
from trainer.projects.models import Project
from trainer.registration.models import Consent, ConsentPurpose, ConsentText, Registration


@dataclass(frozen=True)
class ConsentWording:
    """A text of consent in one language, by points."""

    purpose: ConsentPurpose
    language: str
    points: tuple[str, ...]

    @property
    def body(self) -> str:
        """The text as it is kept."""
        return "\n".join(self.points)

    @property
    def version(self) -> str:
        """The first 64 bits of the text's SHA-256: another word, another version."""
        return hashlib.sha256(f"{self.purpose}\n{self.language}\n{self.body}".encode()).hexdigest()[:16]


def build_personal_data_wording(project: Project, language: str) -> ConsentWording:
    """What Article 8 of Law 94-V asks a consent to name, for this project."""
    with force_locale(language):
        operator = project.grantee.get_text(language)
        named = (
            _("%(name)s, BIN %(number)s", name=operator, number=project.business_number)
            if project.business_number
            else operator
        )
        points = (
            _("Operator: %(operator)s.", operator=named),
            _("Who consents: the person named in this form, for themselves."),
            _(
                "Data: surname, given name, patronymic, phone, email, workplace, position, language, accessibility needs, "
                "answers to the organiser’s questions in this form, attendance, answers to the survey, certificate; time and "
                "network address of this consent."
            ),
            _(
                "Purpose: registration for the seminar and messages about it, the list of participants, "
                "the certificate, and the report to the grant giver."
            ),
            _(
                "Passed to: the grant giver, %(giver)s, which checks how the project was carried out. The organisation that "
                "runs the server for the operator may not use the data. Accessibility needs are seen by the organiser only.",
                giver=project.grant_giver.get_text(language),
            ),
            _(
                "Not passed abroad: data is kept in Kazakhstan. Messages go to the email or messenger that you use yourself, "
                "wherever it keeps them."
            ),
            _(
                "In public sources: anyone who scans the code of your certificate sees your name and what the certificate "
                "says. Nothing else is published without a separate consent."
            ),
            _(
                "Period: until the project report is accepted; accessibility needs until the seminar is over; the record of "
                "an issued certificate as long as it can be checked. The project ends: %(day)s.",
                day=dates.format_long_date(project.end, language),
            ),
            _(
                "You may withdraw the consent at any time on your personal page, or by writing to the organiser. Your "
                "registration is then cancelled: without the consent you cannot take part. What was reported or issued "
                "before is kept as required by law."
            ),
        )
    return ConsentWording(ConsentPurpose.PERSONAL_DATA, language, points)


def build_photo_wording(project: Project, language: str) -> ConsentWording:
    """Consent to be photographed, apart from the other."""
    with force_locale(language):
        points = (
            _(
                "I agree to photos and videos of me being taken at the seminar and published by %(operator)s on its pages "
                "and in the report.",
                operator=project.grantee.get_text(language),
            ),
            _("You may withdraw this consent at any time on your personal page; you can take part without it."),
        )
    return ConsentWording(ConsentPurpose.PHOTO, language, points)


def record_consent(
    session: Session, registration: Registration, wording: ConsentWording, given_at: datetime, ip_address: str
) -> Consent:
    """Keep that the person agreed to this wording; the wording itself is kept at its first use."""
    consent = Consent(
        registration=registration,
        text=get_or_create_consent_text(session, wording, given_at),
        given_at=given_at,
        ip_address=ip_address,
    )
    session.add(consent)
    return consent


def get_or_create_consent_text(session: Session, wording: ConsentWording, shown_at: datetime) -> ConsentText:
    """Give the kept text of a wording, keeping it at its first use; of two first users at once one keeps it for both."""
    known = select(ConsentText).where(ConsentText.version == wording.version)
    text = session.scalar(known)
    if text is not None:
        return text
    text = ConsentText(
        version=wording.version,
        purpose=wording.purpose,
        language=wording.language,
        body=wording.body,
        first_shown_at=shown_at,
    )
    try:
        with session.begin_nested():
            session.add(text)
    except IntegrityError:
        return session.scalars(known).one()
    return text


def find_given_consent(registration: Registration, purpose: ConsentPurpose) -> Consent | None:
    """Give the consent for a purpose that somebody has given and not withdrawn."""
    standing = (each for each in registration.consents if each.text.purpose == purpose and each.withdrawn_at is None)
    return max(standing, key=lambda each: each.given_at, default=None)


def has_photo_consent(registration: Registration) -> bool:
    """Whether photos of this person may be taken and published."""
    return find_given_consent(registration, ConsentPurpose.PHOTO) is not None


def withdraw_consent(session: Session, registration: Registration, purpose: ConsentPurpose, now: datetime) -> None:
    """Take the consent for a purpose back; that it was given, and until when, stays known."""
    for each in registration.consents:
        if each.text.purpose == purpose and each.withdrawn_at is None:
            each.withdrawn_at = now
    session.flush()


def has_withdrawn_consent(registration: Registration, purpose: ConsentPurpose) -> bool:
    """Whether the person agreed to this purpose once and no longer does."""
    ever = any(each.text.purpose == purpose for each in registration.consents)
    return ever and find_given_consent(registration, purpose) is None
