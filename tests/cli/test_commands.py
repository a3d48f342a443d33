"""The command `trainer` on an instance of its own; exit codes: 0 good, 1 a finding, 2 wrong usage."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, func, inspect, select
from sqlalchemy.orm import Session

from certificates import Keyring
from tests import databases
from tests.certificates.sealing.signing_keys import EC_KEY, FIRST_DAY, P12, PEM, create_certificate, dump_pem
from tests.cli.command import Command
from tests.factories import AIGUL, NOON, YERLAN, register_eligible_person, register_person
from tests.fake_smtp import SENDER, FakeSmtpServer
from tests.messages.factories import create_recipient, queue_test_message
from tests.projects.factories import SMALL_PLAN, dump_yaml
from tests.visitor import Visitor
from trainer import cli
from trainer.accounts.models import User
from trainer.issuing.issuance.keys import load_keyring
from trainer.issuing.models import IssuedCertificate
from trainer.paths import EXAMPLE_FOLDER
from trainer.projects.models import Project
from trainer.seminars.models import Seminar
from trainer.settings import SETTING_FIELDS, Settings
from trainer.storage import Storage


def count_rows(session: Session, table: type[User | Project]) -> int:
    """Return the number of rows of a table."""
    session.commit()
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_new_organizer_gets_a_link_that_works(trainer: Command, stranger: Visitor, session: Session) -> None:
    result = trainer("user", "add", "Saule@Example.org", "--name", "Сәуле", "--language", "ru")
    assert result.exit_code == 0
    assert result.output.startswith("https://seminar.example.org/desk/sign-in/")
    stranger.submit(urlsplit(result.output.strip()).path)
    assert "Сәуле" in stranger.get("/desk/account").text
    assert session.scalars(select(User.email)).all() == ["saule@example.org"]


def test_adding_an_account_again_makes_no_second_one(trainer: Command, session: Session) -> None:
    first, second = (trainer("user", "add", "saule@example.org") for _time in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.output != second.output
    assert count_rows(session, User) == 1


def test_a_link_is_made_for_a_known_account_only(trainer: Command, session: Session) -> None:
    refused = trainer("user", "link", "nobody@example.org")
    assert refused.exit_code == 2
    assert "trainer user add nobody@example.org" in refused.output
    assert count_rows(session, User) == 0
    trainer("user", "add", "nobody@example.org")
    assert trainer("user", "link", "NOBODY@example.org").exit_code == 0


def test_wrong_use_is_told_by_the_exit_code(trainer: Command) -> None:
    for words in (
        ["nonsense"],
        ["user", "add"],
        ["user", "add", "a@b.kz", "--language", "de"],
        ["plan", "check", "missing.yaml"],
    ):
        assert trainer(*words).exit_code == 2, words


def test_a_plan_is_checked_without_being_loaded(trainer: Command, session: Session, tmp_path: Path) -> None:
    assert trainer("plan", "check", EXAMPLE_FOLDER / "monitoring_plan.yaml").exit_code == 0
    (tmp_path / "broken.yaml").write_bytes(dump_yaml({**SMALL_PLAN, "tasks": [{"id": "T1"}, 5]}))
    result = trainer("plan", "check", tmp_path / "broken.yaml")
    assert result.exit_code == 1
    assert result.output.count("a task needs `id`") == 2
    assert count_rows(session, Project) == 0


def test_a_plan_is_loaded_once(trainer: Command, session: Session, tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_bytes(dump_yaml(SMALL_PLAN))
    loaded = trainer("plan", "import", tmp_path / "plan.yaml")
    assert (loaded.exit_code, loaded.output) == (0, "small: 1 activities, 1 indicators\n")
    again = trainer("plan", "import", tmp_path / "plan.yaml")
    assert again.exit_code == 2
    assert "small" in again.output
    assert count_rows(session, Project) == 1


def test_a_broken_plan_is_not_loaded(trainer: Command, session: Session, tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_bytes(b"\xff\x00")
    assert trainer("plan", "import", tmp_path / "plan.yaml").exit_code == 1
    assert count_rows(session, Project) == 0


def test_the_example_goes_into_no_database_that_exists(trainer: Command, session: Session) -> None:
    result = trainer("example")
    assert result.exit_code == 2
    assert count_rows(session, Project) == 0


def test_the_doctor_finds_nothing_on_a_copy_that_is_well_and_tells_no_secret(
    trainer: Command, settings: Settings
) -> None:
    result = trainer("doctor")
    assert result.exit_code == 0, result.output
    assert all(f"{name} = " in result.output for name in SETTING_FIELDS)
    assert settings.secret_key not in result.output
    assert "PORT = 8000  [default]" in result.output
    assert "BASE_URL = https://seminar.example.org  [environment]" in result.output


def test_the_doctor_names_what_does_not_work(trainer: Command, tmp_path: Path) -> None:
    result = trainer("doctor", DATABASE_URL=f"sqlite:///{tmp_path}/missing/trainer.db", BASE_URL="")
    assert result.exit_code == 1
    assert "! The database does not answer" in result.output
    assert "! BASE_URL is not an https address" in result.output


@pytest.mark.parametrize(
    ("content", "secret", "sentence"),
    [
        (P12, "another", "The passphrase of the key that signs certificates is wrong"),
        (b"nothing", "", "is neither PKCS #12 nor PEM"),
        (dump_pem(EC_KEY, create_certificate(last=FIRST_DAY + timedelta(days=1))), "", "for signing expired on"),
        (None, "", "can’t be opened"),
    ],
)
def test_a_key_that_cannot_sign_files_is_named_by_the_doctor_and_before_anything_is_issued(
    trainer: Command,
    session: Session,
    past_seminar: Seminar,
    tmp_path: Path,
    content: bytes | None,
    secret: str,
    sentence: str,
) -> None:
    register_eligible_person(session, past_seminar)
    session.commit()
    path = tmp_path / "key.p12"
    if content is not None:
        path.write_bytes(content)
    environment = {"SIGNATURE_FILE": str(path), "SIGNATURE_PASSPHRASE": secret}
    doctor = trainer("doctor", **environment)
    assert (doctor.exit_code, f"{sentence}" in doctor.output) == (1, True), doctor.output
    issue = trainer("certificates", "issue", past_seminar.slug, **environment)
    assert (issue.exit_code, sentence in issue.output) == (2, True), issue.output
    assert session.scalars(select(IssuedCertificate)).all() == []


def test_a_new_copy_does_not_start_with_an_example_that_could_not_be_signed(trainer: Command, tmp_path: Path) -> None:
    copy = {"INSTANCE": str(tmp_path / "new"), "DATABASE_URL": "", "SIGNING_KEY_FILE": ""}
    result = trainer("example", **copy, SIGNATURE_FILE=str(tmp_path / "none.p12"))
    assert (result.exit_code, "can’t be opened" in result.output) == (2, True), result.output
    engine = create_engine(f"sqlite:///{tmp_path}/new/trainer.db")
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_the_doctor_names_a_key_of_the_seal_that_cannot_be_read(trainer: Command, tmp_path: Path) -> None:
    for number, content in enumerate((b"", b"nothing", PEM, None)):
        path = tmp_path / f"seal{number}.pem"
        path.write_bytes(content) if content is not None else path.mkdir()
        result = trainer("doctor", SIGNING_KEY_FILE=str(path))
        assert (result.exit_code, f"! {path}: " in result.output) == (1, True), result.output


def test_the_doctor_prints_no_password_of_a_database(trainer: Command) -> None:
    result = trainer("doctor", DATABASE_URL="postgresql://trainer:geheim@127.0.0.1:1/trainer")
    assert result.exit_code == 1
    assert "geheim" not in result.output
    assert "127.0.0.1:1/trainer" in result.output


def test_the_doctor_says_whether_the_mail_server_answers_and_prints_no_password(
    trainer: Command, smtp_server: FakeSmtpServer
) -> None:
    well = trainer("doctor", SMTP_URL=smtp_server.address)
    assert (well.exit_code, f"SMTP_URL = {smtp_server.address}  [environment]" in well.output) == (0, True), well.output
    smtp_server.stop()
    ill = trainer("doctor", SMTP_URL=f"smtp://trainer:geheim@127.0.0.1:{smtp_server.port}")
    assert ill.exit_code == 1
    assert "! The mail server does not answer: ConnectionRefusedError" in ill.output
    assert "geheim" not in ill.output


def test_jobs_does_what_is_due(
    trainer: Command, session: Session, seminar: Seminar, smtp_server: FakeSmtpServer, clock: time_machine.Traveller
) -> None:
    register_person(session, seminar)
    session.commit()
    result = trainer("jobs", "--once", SMTP_URL=smtp_server.address, MAIL_FROM=SENDER)
    assert result.exit_code == 0, result.output
    assert smtp_server.recipients == ["aigul@example.org"]


@pytest.mark.slow
def test_jobs_works_until_it_is_told_to_stop(settings: Settings, session: Session, smtp_server: FakeSmtpServer) -> None:
    queue_test_message(session, create_recipient(session))
    environment = {**os.environ, "INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url}
    environment |= {"SMTP_URL": smtp_server.address, "MAIL_FROM": SENDER, "SECRET_KEY": settings.secret_key}
    with subprocess.Popen([sys.executable, "-m", "trainer", "jobs"], env=environment) as running:
        for _attempt in range(600):
            if smtp_server.recipients or running.poll() is not None:
                break
            time.sleep(0.1)
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=30) == 0
    assert smtp_server.recipients == ["aigul@example.org"]


def test_a_setting_that_cannot_be_understood_is_refused_in_words(trainer: Command, settings: Settings) -> None:
    result = trainer("doctor", PORT="eight")
    assert (result.exit_code, result.output) == (2, "Error: PORT must be a whole number, not 'eight'\n")
    (settings.instance / "trainer.cfg").write_text("PROT = 1\n")
    result = trainer("user", "link")
    assert result.exit_code == 2
    assert "unknown setting PROT" in result.output


def test_upgrading_what_is_up_to_date_is_good(trainer: Command) -> None:
    assert trainer("upgrade").exit_code == 0


def test_a_key_that_is_there_is_never_lost(trainer: Command, settings: Settings) -> None:
    key = settings.instance / "keys" / "seal.pem"
    before = Keyring.from_pem(key.read_bytes()).public_key
    assert trainer("keys", "rotate").exit_code == 0
    assert before in load_keyring(settings).public_keys.values()
    key.unlink()
    result = trainer("keys", "rotate")
    assert (result.exit_code, result.output.startswith(f"{key}: ")) == (0, True)
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_new_copy_is_made_by_upgrade_and_then_takes_no_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SETTING_FIELDS:
        monkeypatch.delenv(name, raising=False)
    environment = {"INSTANCE": str(tmp_path / "new")}
    result = CliRunner().invoke(cli.main, ["upgrade"], env=environment)
    assert result.exit_code == 0, result.output
    refused = CliRunner().invoke(cli.main, ["example"], env=environment)
    assert refused.exit_code == 2
    assert (tmp_path / "new" / "trainer.db").exists()


def test_the_example_without_a_signing_key_is_refused_before_there_are_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SETTING_FIELDS:
        monkeypatch.delenv(name, raising=False)
    instance = tmp_path / "new"
    environment = {"INSTANCE": str(instance), "SIGNING_KEY_FILE": str(tmp_path / "seal.pem")}
    result = CliRunner().invoke(cli.main, ["example"], env=environment)
    assert (result.exit_code, "trainer keys rotate" in result.output) == (2, True)
    engine = create_engine(f"sqlite:///{instance / 'trainer.db'}")
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_keys_are_listed_and_rotated(trainer: Command, settings: Settings) -> None:
    first = trainer("keys", "list").output.split()[0]
    assert trainer("keys", "rotate").exit_code == 0
    now, earlier = trainer("keys", "list").output.splitlines()
    assert now.endswith("signs now") and earlier.split() == [first, "earlier"]


def test_a_key_file_that_holds_none_is_said_in_a_sentence(trainer: Command, settings: Settings) -> None:
    (settings.instance / "keys").mkdir(exist_ok=True)
    (settings.instance / "keys" / "seal.pem").write_bytes(b"nothing")
    result = trainer("keys", "list")
    assert (result.exit_code, "no private key" in result.output) == (2, True)


def issue_as_checked(trainer: Command) -> Result:
    """Run the command that issues certificates as it says itself after printing what to look at."""
    warned = trainer("certificates", "issue", "held")
    assert (warned.exit_code, "Nothing was issued." in warned.output) == (1, True), warned.output
    return trainer("certificates", "issue", "held", "--checked", warned.output.split()[-1])


def test_issuing_asks_to_look_first_and_again_after_a_change(
    trainer: Command, session: Session, past_seminar: Seminar, clock: object
) -> None:
    aigul = register_eligible_person(session, past_seminar)
    session.commit()
    warned = trainer("certificates", "issue", "held")
    assert warned.exit_code == 1
    assert "Name not confirmed by its holder: 1." in warned.output
    assert f"  {aigul.person.printed_name}\n" in warned.output
    aigul.person.certificate_name = "Айгүл Өтегенова"
    session.commit()
    again = trainer("certificates", "issue", "held", "--checked", warned.output.split()[-1])
    assert (again.exit_code, "Something has changed" in again.output) == (1, True)
    assert session.scalars(select(IssuedCertificate)).all() == []
    aigul.person.name_confirmed_at = NOON
    session.commit()
    assert trainer("certificates", "issue", "held").output == "1 issued, 0 waiting\n"


def test_certificates_are_issued_verified_and_exported(
    trainer: Command, session: Session, past_seminar: Seminar, tmp_path: Path, clock: object
) -> None:
    for applicant in (AIGUL, YERLAN):
        register_eligible_person(session, past_seminar, applicant)
    session.commit()
    assert trainer("certificates", "issue", "nothing").exit_code == 2
    done = issue_as_checked(trainer)
    assert (done.exit_code, done.output) == (0, "2 issued, 0 waiting\n")
    assert trainer("certificates", "issue", "held").output == "0 issued, 0 waiting\n"
    entry, revoked = session.scalars(select(IssuedCertificate).order_by(IssuedCertificate.id)).all()
    revoked.status, revoked.invalidation_reason, revoked.invalidated_at = "revoked", "issued_in_error", NOON
    session.commit()
    register, pdf = tmp_path / "register.json", tmp_path / "paper.pdf"
    assert trainer("certificates", "export", register).exit_code == 0
    assert entry.recipient not in register.read_text() and entry.code not in register.read_text()
    pdf.write_bytes(Storage.from_settings(session.info["app"].extensions["settings"]).load_content(entry.pdf_sha256))

    genuine = trainer("certificates", "verify", entry.qr_text)
    assert genuine.exit_code == 0 and genuine.output.startswith("genuine\n")
    assert f"recipient: {entry.recipient}" in genuine.output
    for subject, options, verdict in (
        (entry.qr_text, ["--keys", register, "--register", register], "valid"),
        (pdf, ["--keys", register, "--register", register], "valid"),
        (revoked.qr_text, ["--register", register], "revoked"),
        (f"«{entry.qr_text.lower()}».", ["--register", register], "valid"),
        (entry.qr_text[:-1], ["--register", register], "damaged (not_a_seal)"),
        (entry.code, ["--register", register], "damaged (empty)"),
        ("nothing", [], "damaged (not_a_seal)"),
    ):
        result = trainer("certificates", "verify", subject, *options)
        assert (result.output.splitlines()[0], result.exit_code) == (verdict, int(verdict != "valid")), result.output
    sealed = trainer("certificates", "verify", pdf, "--keys", register)
    assert (sealed.exit_code, sealed.output.splitlines()[0]) == (1, "sealed")
    pdf.write_bytes(pdf.read_bytes().replace(b"/Type", b"/TYPE", 1))
    assert trainer("certificates", "verify", pdf, "--register", register).output.startswith("altered\n")
    pdf.write_bytes(b"%PDF-1.4")
    assert trainer("certificates", "verify", pdf).output.startswith("not_ours")
    assert trainer("certificates", "verify", entry.qr_text, "--keys", pdf).exit_code == 2
    cut = trainer("certificates", "verify", entry.qr_text[:-1], "--register", register)
    assert "The register says about the code: valid" in cut.output
    for missing in ("missing.pdf", "certificates/missing.pdf", tmp_path / "missing", "./missing"):
        result = trainer("certificates", "verify", missing)
        assert result.exit_code == 2
        assert f"There is no file {missing}" in result.output


def test_a_term_ends_with_the_day_of_the_project(
    trainer: Command, session: Session, past_seminar: Seminar, tmp_path: Path, clock: time_machine.Traveller
) -> None:
    past_seminar.valid_months = 1
    register_eligible_person(session, past_seminar)
    session.commit()
    issue_as_checked(trainer)
    text, register = session.scalars(select(IssuedCertificate.qr_text)).one(), tmp_path / "register.json"
    trainer("certificates", "export", register)
    for moment, alone, listed in (
        (datetime(2025, 7, 2, 18, 59, tzinfo=UTC), "genuine", "valid"),
        (datetime(2025, 7, 2, 19, 0, tzinfo=UTC), "expired", "expired"),  # midnight in Aktau
    ):
        clock.move_to(moment)
        for options, verdict in (([], alone), (["--register", register], listed)):
            result = trainer("certificates", "verify", text, "--keys", register, *options)
            assert result.output.splitlines()[0] == verdict
            assert "expires: 2025-07-02" in result.output
            assert result.exit_code == int(verdict == "expired")


@pytest.mark.parametrize("command", ["run", "doctor", "upgrade"])
def test_an_address_that_can_not_be_printed_is_refused_at_start(trainer: Command, command: str) -> None:
    result = trainer(command, BASE_URL="https://example.org/seminar")
    assert (result.exit_code, "BASE_URL must be a host" in result.output) == (2, True)


@pytest.mark.parametrize("deployment", ["postgresql"], indirect=True)
@pytest.mark.parametrize("command", ["run", "example"])
def test_an_empty_postgresql_database_without_a_key_stays_empty_and_is_then_filled(
    trainer: Command, tmp_path: Path, command: str
) -> None:
    with databases.open_postgresql_database(f"trainer_empty_{os.getpid()}") as address:
        environment = {"DATABASE_URL": address, "SIGNING_KEY_FILE": "", "INSTANCE": str(tmp_path / "new")}
        refused = trainer(command, **environment, PORT="0")
        assert (refused.exit_code, "trainer keys rotate" in refused.output) == (2, True)
        assert trainer("keys", "rotate", **environment).exit_code == 0
        loaded = trainer("example", **environment)
        assert (loaded.exit_code, "The example is loaded" in loaded.output) == (0, True)


def test_a_database_that_can_only_be_read_is_said_in_a_sentence(trainer: Command, settings: Settings) -> None:
    database = settings.sqlalchemy_url
    if settings.uses_sqlite:
        read_only = f"sqlite:///file:{database.removeprefix('sqlite:///')}?mode=ro&uri=true"
    else:
        read_only = f"{settings.database_url}?options=-c%20default_transaction_read_only%3Don"
    for command in ("run", "user"):
        words = ("run",) if command == "run" else ("user", "add", "aigul@example.org")
        result = trainer(*words, DATABASE_URL=read_only, PORT="0")
        assert result.exit_code == 2, result.output
        assert "The database can't be used" in result.output
        assert "Traceback" not in result.output


def test_a_database_that_is_not_there_is_said_in_a_sentence(trainer: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainer.extensions.CONNECT_PATIENCE_SECONDS", 0.1)
    for command in ("run", "upgrade", "example"):
        result = trainer(command, DATABASE_URL="postgresql://nobody:geheim@127.0.0.1:1/nothing", PORT="0")
        assert (result.exit_code, "The database can't be used" in result.output) == (2, True)
        assert "geheim" not in result.output
