"""Invitations by email."""

import secrets
from datetime import datetime

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.account_mail.letter_queue import WrittenLetter, queue_account_letter
from trainer.account_mail.models import AccountLetter
from trainer.accounts.models import ProjectRole, User
from trainer.colleagues.models import ColleagueInvitation
from trainer.colleagues.wording import ROLE_NAMES
from trainer.fingerprint import hash_text
from trainer.language.choice import get_page_language
from trainer.language.dates import format_long_moment
from trainer.language.translate import gettext as _
from trainer.settings import get_settings

INVITATION = "invitation"


def mail_invitation(session: Session, invitation: ColleagueInvitation, email: str, now: datetime) -> None:
    """Queue the letter of an invitation, in the language of the account that has the address, else of this page."""
    invitation.email = email
    session.flush()
    language = session.scalar(select(User.language).where(User.email == email)) or get_page_language()
    queue_account_letter(session, INVITATION, email, language, now, invitation.id)


def write_invitation_letter(session: Session, letter: AccountLetter, now: datetime) -> WrittenLetter | None:
    """Write the letter of an invitation, with a new link; None if the invitation was withdrawn, was used or has expired."""
    invitation = session.get(ColleagueInvitation, letter.subject_id)
    if invitation is None or invitation.email != letter.address:  # the number of a withdrawn one may be another's now
        return None
    if invitation.used_at is not None or invitation.expires_at <= now:
        return None
    token = secrets.token_urlsafe(32)
    invitation.token_hash = hash_text(token)
    language, project, inviter = letter.language, invitation.project, invitation.created_by
    title = project.title.get_text(language)
    with force_locale(language):
        parts = (
            _("You are invited to work on the project “%(project)s”.", project=title),
            _("Invited by: %(who)s", who=inviter.name or inviter.email) if inviter else "",
            _("Role: %(role)s", role=ROLE_NAMES[ProjectRole(invitation.role)]),
            _("To join, open this link. It works once:"),
            f"{get_settings().address}/invitation/{token}",
            _("Valid until: %(moment)s", moment=format_long_moment(invitation.expires_at, project.zone, language)),
            _("If you do not know what this is about, do nothing."),
        )
        return WrittenLetter(
            _("Invitation to the project “%(project)s”", project=title),
            "\n\n".join(filter(None, parts)) + "\n",
            language,
        )
