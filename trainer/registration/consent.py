"""Consents: their wording for a project, the record of who agreed to which text, and withdrawal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale
from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from trainer.fingerprint import hash_text
from trainer.language import dates
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.projects.models import Project
from trainer.registration.models import Consent, ConsentPurpose, ConsentText, Registration


@dataclass(frozen=True)
class ConsentWording:
    """The text of a consent in one language, in points."""

    purpose: ConsentPurpose
    language: str
    points: tuple[str, ...]

    @property
    def body(self) -> str:
        """Return the points one below the other, as the text is stored."""
        return "\n".join(self.points)

    @property
    def version(self) -> str:
        """Return the first 16 hex digits of the SHA-256 of purpose, language and text; it identifies a stored text."""
        return hash_text(f"{self.purpose}\n{self.language}\n{self.body}")[:16]


PERSONAL_DATA_POINTS = (
    _l("Operator: %(operator)s."),
    _l("Who consents: the person named in this form, for themselves."),
    _l(
        "Data: surname, given name, patronymic, phone, email, workplace, position, language, accessibility needs, "
        "answers to the organiser’s questions in this form, attendance, answers to the survey, certificate; time and "
        "network address of this consent."
    ),
    _l(
        "Purpose: registration for the seminar and messages about it, the list of participants, "
        "the certificate, and the report to the grant giver."
    ),
    _l(
        "Passed to: the grant giver, %(giver)s, which checks how the project was carried out. The organisation that "
        "runs the server for the operator may not use the data. Accessibility needs are seen by the organiser only.",
    ),
    _l(
        "Not passed abroad: data is kept in Kazakhstan. Messages go to the email or messenger that you use yourself, "
        "wherever it keeps them."
    ),
    _l(
        "In public sources: anyone who scans the code of your certificate sees your name and what the certificate "
        "says. Nothing else is published without a separate consent."
    ),
    _l(
        "Period: until the project report is accepted; accessibility needs until the seminar is over; the record of "
        "an issued certificate as long as it can be checked. The project ends: %(day)s.",
    ),
    _l(
        "You may withdraw the consent at any time on your personal page, or by writing to the organiser. Your "
        "registration is then cancelled: without the consent you cannot take part. What was reported or issued "
        "before is kept as required by law."
    ),
)
"""The points that Article 8 of Law 94-V requires of a consent to data processing."""


def build_personal_data_wording(project: Project, language: str) -> ConsentWording:
    """Return the consent to data processing for a project."""
    with force_locale(language):
        names = {
            "operator": format_operator(project, language),
            "giver": project.grant_giver.get_text(language),
            "day": dates.format_long_date(project.end, language),
        }
        points = tuple(str(point) % names for point in PERSONAL_DATA_POINTS)
    return ConsentWording(ConsentPurpose.PERSONAL_DATA, language, points)


def format_operator(project: Project, language: str) -> str:
    """Return the name of the operator of the data, with the BIN if it is known."""
    operator = project.grantee.get_text(language)
    if not project.business_number:
        return operator
    return _("%(name)s, BIN %(number)s", name=operator, number=project.business_number)


def build_photo_wording(project: Project, language: str) -> ConsentWording:
    """Return the consent to photos and videos, which is separate and optional."""
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
    """Record that a person agreed to a wording, and store the text of the wording at its first use."""
    consent = Consent(
        registration=registration,
        text=get_or_create_consent_text(session, wording),
        given_at=given_at,
        ip_address=ip_address,
    )
    session.add(consent)
    return consent


def get_or_create_consent_text(session: Session, wording: ConsentWording) -> ConsentText:
    """Return the stored text of a wording, storing it at its first use.

    Two simultaneous first uses store it once: the unique version decides, and the second one reads the first one's row.
    """
    statement = select(ConsentText).where(ConsentText.version == wording.version)
    text = session.scalar(statement)
    if text is not None:
        return text
    text = ConsentText(
        version=wording.version,
        purpose=wording.purpose,
        language=wording.language,
        body=wording.body,
    )
    try:
        with session.begin_nested():
            session.add(text)
    except IntegrityError:
        return session.scalars(statement).one()
    return text


def list_consents(session: Session, registrations: Iterable[Registration]) -> list[Consent]:
    """Return all consents of some registrations with their texts, oldest first."""
    ids = [registration.id for registration in registrations]
    statement = select(Consent).where(Consent.registration_id.in_(ids)).order_by(Consent.given_at, Consent.id)
    return list(session.scalars(statement.options(joinedload(Consent.text))))


def find_given_consent(registration: Registration, purpose: ConsentPurpose) -> Consent | None:
    """Return the latest consent for a purpose that was given and not withdrawn, or None."""
    given = (
        consent for consent in registration.consents if consent.text.purpose == purpose and consent.withdrawn_at is None
    )
    return max(given, key=lambda consent: consent.given_at, default=None)


def build_given_consent_clause(
    purpose: ConsentPurpose, registration_id: ColumnElement[int] | InstrumentedAttribute[int] = Registration.id
) -> ColumnElement[bool]:
    """Return the SQL twin of `find_given_consent`: a clause of a query that selects registrations."""
    return (
        select(Consent.id)
        .join(Consent.text)
        .where(Consent.registration_id == registration_id, ConsentText.purpose == purpose)
        .where(Consent.withdrawn_at.is_(None))
        .exists()
    )


def withdraw_consent(session: Session, registration: Registration, purpose: ConsentPurpose, now: datetime) -> None:
    """Withdraw every consent for a purpose; the rows stay as proof of when it was given and withdrawn."""
    for consent in registration.consents:
        if consent.text.purpose == purpose and consent.withdrawn_at is None:
            consent.withdrawn_at = now
    session.flush()


def has_withdrawn_consent(registration: Registration, purpose: ConsentPurpose) -> bool:
    """Return whether the person consented to a purpose once and does not any more."""
    was_given = any(consent.text.purpose == purpose for consent in registration.consents)
    return was_given and find_given_consent(registration, purpose) is None
