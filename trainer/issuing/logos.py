"""Cleaning of logos that were stored before logos were prepared (`trainer.projects.logos`). A background job.

A stored file is named by its hash, so a cleaned logo is another file. The job can be interrupted anywhere: it removes
the old file last, and finds it again as long as it is there.
"""

from threading import Event

from sqlalchemy import String, cast, select, update
from sqlalchemy.orm import Session

from trainer.issuing.models import IssuedCertificate
from trainer.projects.logos import is_logo_file, prepare_logo
from trainer.projects.models import Project
from trainer.settings import get_settings
from trainer.sqlite_transactions import read_only
from trainer.storage import Storage
from trainer.web.pictures.decoding import ImageUnreadable


def clean_stored_logos(session: Session, stop: Event) -> None:
    """Prepare every stored logo again, also one that no project uses any more, and remove what differs from it."""
    storage = Storage.from_settings(get_settings())
    with read_only(session):
        certificates = set(session.scalars(select(IssuedCertificate.pdf_sha256)))
    for sha256 in set(storage.list_hashes()) - certificates:
        if stop.is_set():
            return
        if not is_logo_file(storage.read_beginning(sha256)):
            continue  # the file of a certificate
        content = storage.load_content(sha256)
        try:
            prepared = prepare_logo(content)
        except ImageUnreadable:
            continue  # was accepted by an earlier version; printing says what is wrong with it
        if prepared != content:
            replace_logo(session, sha256, storage.store_content(prepared))
            session.commit()
            storage.delete_content(sha256)


def replace_logo(session: Session, old_sha256: str, new_sha256: str) -> None:
    """Replace the name of a logo's file in projects and issued certificates; later prints use the new file."""
    session.execute(update(Project).where(Project.logo_sha256 == old_sha256).values(logo_sha256=new_sha256))
    naming = select(IssuedCertificate).where(cast(IssuedCertificate.facts, String).contains(old_sha256))
    for issued in session.scalars(naming):
        logos = [new_sha256 if sha256 == old_sha256 else sha256 for sha256 in issued.facts["logos"]]
        issued.facts = {**issued.facts, "logos": logos}
