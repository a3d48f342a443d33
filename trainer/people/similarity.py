"""Names with one or two wrong letters: mistyped, misheard, with two letters swapped."""

from collections.abc import Collection, Iterable

MOST_EDITS = 2


def get_allowed_edits(word: str) -> int:
    """Return how many letters of a word may be wrong: none of three, one of five, two of six or more."""
    return 0 if len(word) < 4 else 1 if len(word) < 6 else MOST_EDITS


def map_similar_words(words: Iterable[str], spellings: Collection[str]) -> dict[str, int]:
    """Return the words that are similar to one of the spellings of a word, with the number of edits between them.

    Most words are ruled out by their letters alone, which takes a hundredth of the time of counting edits.
    """
    similar: dict[str, int] = {}
    for spelling in spellings:
        limit, letters = get_allowed_edits(spelling), set(spelling)
        for word in words:
            if abs(len(word) - len(spelling)) <= limit and len(letters.symmetric_difference(word)) <= 2 * limit:
                edits = count_edits(word, spelling)
                if edits <= limit:
                    similar[word] = min(edits, similar.get(word, edits))
    return similar


def count_edits(one: str, other: str) -> int:
    """Return the least number of letters to insert, delete, replace, or swap with their neighbour that turns one into the other.

    This is the optimal string alignment distance: no letter is edited twice.
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, goal in enumerate(other, 1):
            edits = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != goal))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == goal:
                edits = min(edits, before[column - 2] + 1)
            current.append(edits)
        before, last = last, current
    return last[-1]
