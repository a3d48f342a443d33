"""Pages of others, fetched for the server without reaching what lies inside its own network.

Whoever may enter an address could otherwise have the server read what only the server can reach, such as a router, another
program on the same machine or the keys that a cloud hands to its machines.
"""

from trainer.fetching.outside import INTERNET, Outside
from trainer.fetching.pages import FetchFailed, FetchFailure, FetchLimits, Page, check_page, fetch_page

__all__ = [
    "INTERNET",
    "FetchFailed",
    "FetchFailure",
    "FetchLimits",
    "Outside",
    "Page",
    "check_page",
    "fetch_page",
]
