"""The type of the fixture `trainer`."""

from collections.abc import Callable

from click.testing import Result

Command = Callable[..., Result]
