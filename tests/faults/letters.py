"""Letters: the process that sends them is killed, or the mail server is dead.

Delivery is at least once. A worker that is killed between the server's acceptance and its answer sends the letter again, with
the same Message-ID: such copies are named, and count as doubled only if there are more than faults.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from sqlalchemy import func, insert, select, update

from tests.bench.writers.queued_letters import build_message_row
from tests.browser.server import find_free_port
from tests.fake_smtp import SENDER, FakeSmtpServer, run_smtp_server
from tests.faults.outcome import FaultOutcome
from tests.faults.stage import Stage
from tests.load.surveys import get_percentile
from trainer.clock import now
from trainer.extensions import db
from trainer.messages.models import MailOutage, Message, MessageChannel, MessageStatus
from trainer.registration.models import Registration
from trainer.registration.notifications.queueing import build_status_key

LETTERS, KILLS = 60, 3
PATIENCE_SECONDS = 120.0


def kill_worker(stage: Stage) -> FaultOutcome:
    """Kill the process of the jobs several times while it sends letters."""
    with run_smtp_server() as server:
        observer = LetterObserver(stage, server)
        for kill in range(KILLS):
            with run_worker(stage, server) as worker:
                wait_for(partial(has_accepted, server, (kill + 1) * LETTERS // (KILLS + 1)))
                worker.kill()
            end_claims(stage)
        with run_worker(stage, server):
            wait_for(observer.are_all_sent)
    return observer.compare(faults=KILLS)


def kill_mail_server(stage: Stage) -> FaultOutcome:
    """Queue letters while the mail server is dead, and stop it again when it has accepted some.

    A worker waits half a minute before it connects again; here another worker does at once.
    """
    server = FakeSmtpServer(find_free_port())
    observer = LetterObserver(stage, server)
    with run_worker(stage, server):
        wait_for(lambda: has_outage(stage))
    server.start()
    with run_worker(stage, server):
        wait_for(partial(has_accepted, server, LETTERS // 2))
        server.stop()
        wait_for(lambda: has_outage(stage))
    end_claims(stage)
    server.start()
    with run_worker(stage, server):
        wait_for(observer.are_all_sent)
    server.stop()
    return observer.compare(faults=2)


class LetterObserver:
    """Letters that are queued on a stage, and what the mail server gets of them."""

    def __init__(self, stage: Stage, server: FakeSmtpServer) -> None:
        self.stage, self.server = stage, server
        self.addresses = queue_letters(stage)
        self.seconds: list[float] = []
        begun = time.perf_counter()
        server.before_reply = lambda: self.seconds.append(time.perf_counter() - begun)

    def are_all_sent(self) -> bool:
        """Return whether no letter is queued any more."""
        return self.count_letters(MessageStatus.SENT) == len(self.addresses)

    def count_letters(self, status: MessageStatus) -> int:
        """Return the number of letters with a status."""
        with self.stage.app.app_context():
            query = select(func.count()).where(Message.status == status, Message.channel == MessageChannel.EMAIL)
            number = db.session.scalar(query) or 0
            db.session.remove()
            return number

    def compare(self, faults: int) -> FaultOutcome:
        """Return which letters did not come, and which came twice."""
        counts = Counter(self.server.recipients)
        copies = sum(count - 1 for count in counts.values())
        identities = {str(email["Message-ID"]) for email in self.server.emails}
        explained = len(identities) == len(counts) and copies <= faults
        times = sorted(1000 * seconds for seconds in self.seconds)
        return FaultOutcome(
            sent=len(self.addresses),
            acknowledged=self.count_letters(MessageStatus.SENT),
            lost=len(set(self.addresses) - set(counts)),
            doubled=0 if explained else copies,
            errors=0,
            faults=faults,
            p50=get_percentile(times, 50),
            p99=get_percentile(times, 99),
            remark=f" (until delivery), copies with the same Message-ID {copies}",
        )


def queue_letters(stage: Stage) -> list[str]:
    """Queue a letter to each of LETTERS people, in one transaction, and return the addresses."""
    with stage.app.app_context():
        session = db.session()
        registrations = session.scalars(
            select(Registration).where(Registration.id.in_(stage.hall.people)).order_by(Registration.id).limit(LETTERS)
        ).all()
        addresses = [f"p{registration.id}@example.org" for registration in registrations]
        rows = [
            {
                **build_message_row(
                    registration.person_id, registration.status, build_status_key(registration), registration.seminar_id
                ),
                "channel": MessageChannel.EMAIL,
                "address": address,
            }
            for registration, address in zip(registrations, addresses, strict=True)
        ]
        session.execute(insert(Message), rows)
        session.commit()
        db.session.remove()
    return addresses


@contextmanager
def run_worker(stage: Stage, server: FakeSmtpServer) -> Iterator[subprocess.Popen[bytes]]:
    """Yield the running process of the jobs; ask it to end if it still runs."""
    own = {"INSTANCE": str(stage.folder), "SMTP_URL": server.address, "MAIL_FROM": SENDER, "BASE_URL": ""}
    with (stage.folder / "errors.txt").open("ab") as errors:
        worker = subprocess.Popen(
            [sys.executable, "-m", "trainer", "jobs"], env={**os.environ, **own, **stage.settings}, stderr=errors
        )
    try:
        yield worker
    finally:
        worker.terminate()
        worker.wait()


def end_claims(stage: Stage) -> None:
    """Make letters that a worker has claimed due, as they are two minutes after it was killed."""
    with stage.app.app_context():
        db.session.execute(update(Message).where(Message.status == MessageStatus.QUEUED).values(due_at=now()))
        db.session.commit()
        db.session.remove()


def has_accepted(server: FakeSmtpServer, number: int) -> bool:
    """Return whether the mail server has accepted so many letters."""
    return len(server.emails) >= number


def has_outage(stage: Stage) -> bool:
    """Return whether the worker has noted that the mail server is dead."""
    with stage.app.app_context():
        outage = db.session.get(MailOutage, 1)
        db.session.remove()
        return outage is not None


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds, at most PATIENCE_SECONDS; what is missing then is counted as lost."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
