"""The addresses of all pages of the dashboard, for data in which every page shows something."""

from flask import Flask
from sqlalchemy.orm import Session

from tests.route_data import DatasetSize, create_route_data

WITHOUT_PAGE = ("download", "chart", "picture", "logo", "live", "sample", "file", "xlsform.xlsx", "thumbnail", "token")
"""Parts of the names of views that answer with something else than a page."""
SIGNED_OUT = {"accounts.view_sign_in_link", "security.login"}
"""Pages that nobody sees who is signed in."""


def create_desk_addresses(app: Flask, session: Session) -> dict[str, str]:
    """Create the data, at a clock that stands at NOON, and return the address of each page of the dashboard by endpoint."""
    data = create_route_data(app, session, DatasetSize(people=10, seminars=3, surveys=1))
    endpoints = sorted(
        {
            rule.endpoint
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and rule.rule.startswith("/desk/")
        }
        - SIGNED_OUT
    )
    return {
        endpoint: data.build_address(app, endpoint)
        for endpoint in endpoints
        if not any(word in endpoint.rpartition(".")[2] for word in WITHOUT_PAGE)
    }
