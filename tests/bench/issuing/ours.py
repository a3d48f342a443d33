"""Issuing by the product's own path: the check, then step by step as the desk does, each with a session of its own."""

from flask import Flask

from trainer.audit.actors import set_actor
from trainer.clock import now
from trainer.extensions import db
from trainer.issuing.issuance.batch_plan import plan_batch
from trainer.issuing.issuance.context import PrinterCache, build_issuing_context
from trainer.issuing.issuance.issue import BATCH_STEP_SIZE, BatchStep, issue_certificates
from trainer.seminars.models import Seminar
from trainer.settings import Settings
from trainer.storage import Storage


def check_batch(app: Flask, seminar_id: int) -> str:
    """Plan the batch as the check sheet does, and return its fingerprint."""
    settings: Settings = app.extensions["settings"]
    with app.app_context():
        seminar = db.session.get_one(Seminar, seminar_id)
        printers = PrinterCache(Storage.from_settings(settings))
        return plan_batch(db.session(), seminar, settings.host_name, printers, now()).fingerprint


def issue_batch(app: Flask, seminar_id: int, checked: str) -> int:
    """Issue the batch and return how many certificates there are."""
    count = 0
    while True:
        step = issue_step(app, seminar_id, checked)
        count += len(step.issued)
        if not step.remaining:
            return count


def issue_step(app: Flask, seminar_id: int, checked: str) -> BatchStep:
    """Issue a step of the batch as an organizer does."""
    with app.app_context():
        set_actor(db.session(), "user", 1)  # so that every certificate is recorded in the audit log
        seminar = db.session.get_one(Seminar, seminar_id)
        context = build_issuing_context(app.extensions["settings"])
        step = issue_certificates(db.session(), seminar, context, now(), BATCH_STEP_SIZE, checked)
        db.session.commit()
    return step
