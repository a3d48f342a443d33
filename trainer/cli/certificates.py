"""`trainer certificates` and `trainer freeze`: issuing, verifying and exporting certificates, and the static site."""

import json
import re
import sys
from pathlib import Path
from typing import IO

import click
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates import (
    CertificateError,
    Finding,
    format_inspection,
    inspect_pdf,
    inspect_text,
    parse_link,
    parse_public_keys,
    parse_register,
)
from trainer.cli.context import (
    CommandRefused,
    build_application,
    get_app_settings,
    require_keyring,
    require_signer,
)
from trainer.clock import now
from trainer.extensions import db
from trainer.issuing.issuance.batch_plan import plan_batch
from trainer.issuing.issuance.concerns import CONCERN_TEXTS, Concern
from trainer.issuing.issuance.context import PrinterCache, build_issuing_context
from trainer.issuing.issuance.issue import (
    BATCH_STEP_SIZE,
    AddressNotPublic,
    BatchChanged,
    issue_certificates,
)
from trainer.issuing.issuance.printability import BatchUnprintable, LeftOut
from trainer.issuing.register import build_public_register
from trainer.seminars.models import Seminar
from trainer.settings import Settings
from trainer.storage import Storage
from trainer.verification.static_export import FolderNotEmpty, export_static_site


@click.group("certificates")
def manage_certificates() -> None:
    """Issue, verify and export certificates."""


@manage_certificates.command("issue")
@click.argument("slug")
@click.option("--checked", metavar="CODE", help="Confirms what was printed to be checked, with the code printed there.")
def issue_certificates_of_seminar(slug: str, checked: str | None) -> None:
    """Issue certificates to all eligible people of the seminar with this SLUG; can be interrupted and repeated.

    If a person should look at something before, such as names that their holders have not confirmed, it is printed and
    nothing is issued until it is confirmed with --checked. Exit code 1 if nothing was issued for that reason, or if
    somebody was left out, because the certificate cannot be printed.
    """
    app = build_application()
    with app.app_context():
        session = db.session()
        seminar = session.scalar(select(Seminar).where(Seminar.slug == slug))
        if seminar is None or not seminar.has_certificate:
            raise CommandRefused(f"There is no seminar {slug} with certificates.")
        require_keyring(get_app_settings(app))
        require_signer(app)
        checked = require_checked_plan(session, seminar, get_app_settings(app), checked)
        done = 0
        left_out: LeftOut = []
        while True:
            try:
                portion = issue_certificates(
                    session, seminar, build_issuing_context(get_app_settings(app)), now(), BATCH_STEP_SIZE, checked
                )
            except BatchChanged as error:
                raise CommandRefused("Something has changed meanwhile: repeat the command.") from error
            except AddressNotPublic as error:
                raise CommandRefused(f"{error} is no public https address: set BASE_URL first.") from error
            except BatchUnprintable as stopped:
                print_left_out(stopped.problems)
                sys.exit(1)
            session.commit()
            done, checked = done + len(portion.issued), portion.fingerprint
            left_out += portion.left_out
            click.echo(f"{done} issued, {portion.remaining} waiting")
            if not portion.remaining:
                print_left_out(left_out)
                for name in portion.changed:
                    click.echo(f"not issued: {name}: changed since it was checked")
                sys.exit(1 if left_out or portion.changed else 0)


def require_checked_plan(session: Session, seminar: Seminar, settings: Settings, checked: str | None) -> str:
    """Return the fingerprint of the batch; print what to look at and exit with 1 unless `checked` confirms just that."""
    printers = PrinterCache(Storage.from_settings(settings))
    plan = plan_batch(session, seminar, settings.host_name, printers, now())
    concerned = {concern: plan.list_concerned(concern) for concern in Concern}
    if plan.fingerprint == checked or not any(concerned.values()):
        return plan.fingerprint
    with force_locale("en"):
        for concern, certificates in concerned.items():
            if certificates:
                heading, advice = CONCERN_TEXTS[concern]
                click.echo(f"{heading}: {len(certificates)}. {advice}")
                click.echo("".join(f"  {planned.draft.facts.recipient}\n" for planned in certificates), nl=False)
    print_left_out(plan.left_out)
    if checked:
        click.echo("Something has changed since it was checked.")
    click.echo(f"Nothing was issued. To issue {len(plan.ready)} certificates, add: --checked {plan.fingerprint}")
    sys.exit(1)


def print_left_out(left_out: LeftOut) -> None:
    """Print a line for every problem of a certificate that was not issued."""
    for name, problem in left_out:
        click.echo(f"not issued: {name}: {problem.field} {problem.text} {problem.missing_characters}")


@manage_certificates.command("verify")
@click.argument("subject")
@click.option(
    "--keys",
    "key_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JWK Set or PEM; default: the keys of this deployment.",
)
@click.option(
    "--register",
    "register_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A register from `trainer certificates export`.",
)
def verify_certificate_file(subject: str, key_path: Path | None, register_path: Path | None) -> None:
    """Verify a certificate: SUBJECT is the text of its QR code, or a PDF file.

    Exit code 0: valid according to the register, or, for a text without --register, sealed by a known key. Exit code 2:
    there is no such file, or an option is wrong. Exit code 1:
    anything else, including specimens of the example project and the finding `sealed`. Keys alone can only show that
    the seal in a PDF is genuine: name and facts are printed for comparison with the page, and --register tells whether
    the file itself was issued.
    """
    try:
        keys = (
            parse_public_keys(key_path.read_bytes())
            if key_path
            else require_keyring(get_app_settings(build_application())).public_keys
        )
        register = parse_register(register_path.read_bytes()) if register_path else None
    except CertificateError as error:
        raise CommandRefused(str(error)) from error
    path, moment = Path(subject), now()
    if "#" not in subject and path.is_file():
        inspection = inspect_pdf(path.read_bytes(), keys, register, moment)
    elif is_path(subject):
        raise click.UsageError(f"There is no file {subject}, and it is not the text of a QR code either.")
    else:
        inspection = inspect_text(subject, keys, register, moment)
    click.echo("\n".join(format_inspection(inspection)))
    sys.exit(0 if inspection.finding in (Finding.VALID, Finding.GENUINE) and not inspection.is_example else 1)


def is_path(subject: str) -> bool:
    """Return whether a text without a code is the path of a file and not a link, however damaged."""
    return "://" not in subject and bool(re.search(r"[./\\]", subject)) and not parse_link(subject).code


@manage_certificates.command("export")
@click.argument("file", type=click.File("w", encoding="utf-8"), default="-")
def export_certificate_register(file: IO[str]) -> None:
    """Write the register without names and codes, with the public keys, for `certificates verify --register`."""
    app = build_application()
    settings = get_app_settings(app)
    with app.app_context():
        register = build_public_register(db.session(), require_keyring(settings), settings.host_name, now())
    json.dump(register, file, indent=1)
    file.write("\n")


@click.command("freeze")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def freeze_verification_site(folder: Path) -> None:
    """Write a static site into FOLDER that verifies certificates without this server."""
    app = build_application()
    settings = get_app_settings(app)
    with app.app_context():
        try:
            count = export_static_site(db.session(), settings, require_keyring(settings), folder, now())
        except FolderNotEmpty as error:
            raise CommandRefused(f"{error} is not empty.") from error
    click.echo(f"{count} certificates; serve {folder} under https://{settings.host_name}")
