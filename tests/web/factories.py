"""Data for tests of the input checks."""


def compute_check_sum(eleven: str, weights: range | tuple[int, ...]) -> int:
    """Return the weighted sum of eleven digits modulo 11."""
    return sum(int(digit) * weight for digit, weight in zip(eleven, weights, strict=True)) % 11
