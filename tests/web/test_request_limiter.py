"""The limiter overrides a private method of Flask-Limiter: these tests fail when the library renames or stops calling it."""

import inspect

import pytest
from flask import Flask
from flask_limiter import Limiter

from tests.visitor import Visitor
from trainer.extensions import GENERAL_RATE_LIMIT, RequestLimiter, limiter

on_sqlite = pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)


def test_the_overridden_method_exists_in_the_library_with_the_same_parameters() -> None:
    original, override = Limiter._check_request_limit, RequestLimiter._check_request_limit
    assert original is not override
    assert list(inspect.signature(original).parameters) == list(inspect.signature(override).parameters)


@on_sqlite
def test_the_library_calls_the_override_before_every_request(app: Flask) -> None:
    assert limiter._check_request_limit in app.before_request_funcs[None]


@on_sqlite
def test_the_general_limit_and_the_limit_of_a_view_both_hold(
    stranger: Visitor, rate_limits: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[tuple[str, ...]] = []
    monkeypatch.setattr(limiter, "count_request", lambda *keys: counted.append(keys))
    statuses = [stranger.client.get("/desk/sign-in/forged").status_code for _request in range(61)]
    assert statuses == [404] * 60 + [429], "the limit of the view: 60 per minute"
    assert set(counted) == {("127.0.0.1", "accounts.view_sign_in_link")}
    assert len(counted) == 61 < GENERAL_RATE_LIMIT.amount
