"""What machines ask: is the process alive, does its database answer."""

from pathlib import Path

from tests.cast import Visitor
from tests.databases import settings_for
from trainer import create_app


def test_a_copy_that_is_well_says_so(stranger: Visitor) -> None:
    assert stranger.client.get("/healthz").get_json() == {"status": "ok"}
    assert stranger.client.get("/readyz").get_json() == {"status": "ok"}


def test_a_copy_without_its_database_is_alive_but_not_ready(tmp_path: Path) -> None:
    client = create_app(settings_for(tmp_path, f"sqlite:///{tmp_path}/missing/trainer.db")).test_client()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "trainer.db" not in answer.text


def test_machines_are_never_asked_to_wait(stranger: Visitor, limits: None) -> None:
    assert "X-RateLimit-Limit" in stranger.get("/privacy").response.headers
    assert "X-RateLimit-Limit" not in stranger.client.get("/healthz").headers
    assert "X-RateLimit-Limit" not in stranger.client.get("/readyz").headers
