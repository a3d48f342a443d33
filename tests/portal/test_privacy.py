"""The privacy notice names the operator and the recipients of data in each language."""

import pytest

from tests.visitor import Visitor
from trainer.projects.models import Project

pytestmark = pytest.mark.one_database


def test_the_notice_names_the_operator_and_the_grant_giver(stranger: Visitor, project: Project) -> None:
    texts = []
    for language in ("kk", "ru", "en"):
        page = stranger.get(f"/privacy?lang={language}")
        assert project.grantee.get_text(language) in page.words
        assert project.grant_giver.get_text(language) in page.words
        texts.append(page.words)
    assert len(set(texts)) == 3


def test_the_business_number_is_named_once_it_is_known(stranger: Visitor, project: Project) -> None:
    assert "123456789012" not in stranger.get("/privacy").words
    project.business_number = "123456789012"
    assert "123456789012" in stranger.get("/privacy").words


def test_without_a_project_nothing_is_kept_about_anybody(stranger: Visitor) -> None:
    assert stranger.get("/privacy").heading
