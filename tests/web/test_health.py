"""Health checks, and which requests the general rate limit counts."""

import resource
from pathlib import Path

import pytest

from tests.databases import build_settings, close_connections
from tests.visitor import Visitor
from trainer import create_app
from trainer.extensions import GENERAL_RATE_LIMIT, limiter
from trainer.settings import Settings
from trainer.web.rate_limits.process_storage import ProcessRateLimitStorage


def test_a_healthy_deployment_reports_ok(stranger: Visitor) -> None:
    assert stranger.client.get("/healthz").get_json() == {"status": "ok"}
    assert stranger.client.get("/readyz").get_json() == {"status": "ok"}


def test_without_its_database_a_deployment_is_alive_but_not_ready(tmp_path: Path) -> None:
    client = create_app(build_settings(tmp_path, f"sqlite:///{tmp_path}/missing/trainer.db")).test_client()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "trainer.db" not in answer.text


def test_health_checks_are_not_rate_limited(stranger: Visitor, rate_limits: None) -> None:
    assert list_counted_requests(stranger, "/healthz", "/readyz") == []
    assert list_counted_requests(stranger, "/privacy") == ["portal.view_privacy_notice"]


def test_too_many_requests_for_one_page_are_refused_while_other_pages_answer(
    stranger: Visitor, rate_limits: None
) -> None:
    for _asked in range(GENERAL_RATE_LIMIT.amount):
        limiter.limiter.hit(GENERAL_RATE_LIMIT, "127.0.0.1", "portal.view_privacy_notice")
    answer = stranger.client.get("/privacy")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"
    assert stranger.client.get("/verify").status_code == 200
    assert stranger.client.get("/privacy", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def list_counted_requests(stranger: Visitor, *addresses: str) -> list[str]:
    """Request the paths and return the endpoints that the general limit has counted."""
    for address in addresses:
        assert stranger.client.get(address).status_code == 200
    storage = limiter.storage
    assert isinstance(storage, ProcessRateLimitStorage)
    return [key.split("/")[2] for key in storage.windows if "portal." in key or "health." in key]


def test_a_full_disk_is_not_ready(stranger: Visitor) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))  # writing more fails, as on a full disk
    try:
        answer = stranger.client.get("/readyz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    reasons = ({"status": "no file can be written"}, {"status": "the database does not answer"})
    assert answer.status_code == 503
    assert answer.get_json() in reasons, "SQLite itself may need to write"
    assert stranger.client.get("/readyz").status_code == 200


@pytest.mark.parametrize("deployment", ["postgresql"], indirect=True)
def test_a_database_that_can_only_be_read_is_not_ready(settings: Settings, tmp_path: Path) -> None:
    address = f"{settings.database_url}?options=-c%20default_transaction_read_only%3Don"
    app = create_app(build_settings(tmp_path, address))
    answer = app.test_client().get("/readyz")
    close_connections(app)
    assert (answer.status_code, answer.get_json()) == (503, {"status": "the database can only be read"})
