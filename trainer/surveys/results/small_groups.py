"""The guard on small groups of anonymous answers. Every way out asks it: page, charts, report, tables and copies.

Anonymous answers are shown from five on, for the survey, for each question and for each row of a matrix. An organizer knows
what they entered themselves, so only answers that respondents gave count towards five: with four own paper forms, five
answers would tell the fifth. Answers that an organizer keyed in, or sent while signed in, are counted in the results but not
by the guard. Where nobody but the organizer entered answers, there is no respondent to protect from them, and five of any
origin suffice. What is hidden is left out of figures, charts, tables and copies alike, and nothing tells which row came on
paper. Nor may a row show which version of the survey it answered, as the organizer knows who had answered before a change:
rows of single responses have the questions that all, or all but at least five, were asked.

The guard does not hide that everybody answered the same: hiding only such distributions would announce them, and "5 of 5
satisfied" is the result that a survey is made for. Closing at exactly five shows the answers of five people whose names are
known, though not who said what. Whoever knows the answers of four of them learns the fifth; no minimum prevents that. The
form says both before anybody answers. An organizer who answers in the name of others without being signed in can't be
recognised.
"""

from dataclasses import dataclass

MIN_GROUP_SIZE = 5
"""Smaller groups of anonymous answers are not shown, and matrix rows with fewer answers are not compared."""


@dataclass(frozen=True)
class GroupSize:
    """The number of anonymous answers in a group, and how many of them respondents gave themselves."""

    total: int
    by_respondents: int

    @property
    def is_too_small(self) -> bool:
        """Return True if figures of the group would reveal the answers of individual respondents."""
        return any(0 < size < MIN_GROUP_SIZE for size in (self.total, self.by_respondents))
