"""Required fields that hold only spaces or invisible characters."""

import pytest
from sqlalchemy.orm import Session

from tests.registration.factories import REGISTRATION_INPUT, REGISTRATION_PATH, list_registrations
from tests.visitor import Visitor
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database


def test_spaces_and_invisible_characters_do_not_fill_a_required_field(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    for field in ("surname", "given_name", "phone"):
        for blank in ("   ", "\t", "\u00a0", "\u200b", "\r\n"):
            assert stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, field: blank}, status=422).get_error(
                field
            ), (field, blank)
    assert list_registrations(session) == []
