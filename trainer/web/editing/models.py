"""Table of the forms that created something."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from trainer.base import Base, UtcDateTime


class FormSubmission(Base):
    """A form that was submitted with one content, and the address of what it created."""

    __tablename__ = "form_submission"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The SHA-256 of the form's nonce, its address and what it was filled with."""
    address: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
