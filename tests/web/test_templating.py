"""The Jinja environment: indentation of templates is not sent, undefined names fail."""

import pytest
from flask import Flask
from jinja2 import UndefinedError

pytestmark = pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("<ul>\n  <li>a</li>\n\t<li>b</li>\n</ul>", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        (
            "<ul>\n  {% for x in (1, 2) %}\n    <li>{{ x }}</li>\n  {% endfor %}\n</ul>",
            "<ul>\n<li>1</li>\n<li>2</li>\n</ul>",
        ),
        ("<p class='a  b'>x  y</p>", "<p class='a  b'>x  y</p>"),
    ],
)
def test_the_indentation_of_a_template_is_not_sent(app: Flask, source: str, page: str) -> None:
    assert app.jinja_env.from_string(source).render() == page


def test_the_indentation_of_a_value_is_kept(app: Flask) -> None:
    template = app.jinja_env.from_string("  <textarea>\n    {{ value }}</textarea>")
    assert template.render(value="one\n  two") == "<textarea>\none\n  two</textarea>"


def test_an_undefined_name_fails_instead_of_printing_nothing(app: Flask) -> None:
    with pytest.raises(UndefinedError):
        app.jinja_env.from_string("{{ nothing }}").render()
