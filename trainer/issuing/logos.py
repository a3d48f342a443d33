"""Cleaning of logos that were stored before logos were prepared (`trainer.projects.logos`). A background job.

A stored file is named by its hash, so a cleaned logo is another file. The job touches no file but those that projects or
certificates name as logos: the storage also holds photos that prove something, and files whose rows are not committed yet.
"""

import json
from threading import Event

from sqlalchemy import String, cast, select, update
from sqlalchemy.orm import Session

from trainer.evidence.models import EvidenceItem
from trainer.issuing.models import IssuedCertificate
from trainer.projects.logos import is_logo_file, prepare_logo
from trainer.projects.models import Project
from trainer.settings import get_settings
from trainer.sqlite_transactions import read_only
from trainer.storage import Storage
from trainer.web.pictures.decoding import ImageUnreadable


def clean_stored_logos(session: Session, stop: Event) -> None:
    """Prepare every logo of projects and certificates again, and replace those that differ from it."""
    storage = Storage.from_settings(get_settings())
    with read_only(session):
        logos = list_logo_hashes(session)
    for sha256 in logos:
        if stop.is_set():
            return
        if not is_logo_file(storage.read_beginning(sha256)):
            continue
        content = storage.load_content(sha256)
        try:
            prepared = prepare_logo(content)
        except ImageUnreadable:
            continue  # was accepted by an earlier version; printing says what is wrong with it
        if prepared != content:
            replace_logo(session, sha256, storage.store_content(prepared))
            is_evidence = session.scalar(select(EvidenceItem.id).where(EvidenceItem.sha256 == sha256).limit(1))
            session.commit()
            if is_evidence is None:
                storage.delete_content(sha256)


def list_logo_hashes(session: Session) -> list[str]:
    """Return the SHA-256 of the logos that projects and issued certificates name."""
    hashes = set(session.scalars(select(Project.logo_sha256).where(Project.logo_sha256 != "")))
    of_certificates = select(cast(IssuedCertificate.facts["logos"], String)).distinct()
    for logos in session.scalars(of_certificates):
        hashes.update(json.loads(logos or "null") or ())
    return sorted(hashes)


def replace_logo(session: Session, old_sha256: str, new_sha256: str) -> None:
    """Replace the name of a logo's file in projects and issued certificates; later prints use the new file."""
    session.execute(update(Project).where(Project.logo_sha256 == old_sha256).values(logo_sha256=new_sha256))
    naming = select(IssuedCertificate).where(cast(IssuedCertificate.facts, String).contains(old_sha256))
    for issued in session.scalars(naming):
        logos = [new_sha256 if sha256 == old_sha256 else sha256 for sha256 in issued.facts["logos"]]
        issued.facts = {**issued.facts, "logos": logos}
