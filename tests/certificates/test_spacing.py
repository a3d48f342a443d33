"""No two texts of a certificate come nearer to each other, to an ornament or to the frame than a stated distance."""

from dataclasses import replace

import pytest
from hypothesis import example, given, reject, settings
from hypothesis import strategies as st

from certificates import Certificate, Design, Issuer, list_designs
from certificates.drawing.shapes import Frame
from certificates.layout import lay_out_certificate
from tests.certificates.longest_texts import FULL, LONG
from tests.certificates.sample import FACTS, ISSUER
from tests.certificates.spacing import Ink, TextTooLong, list_gaps, list_inks

LEAST_GAP = 4  # points between two parts, such as number and name, or name and rule: about a third of a line
LEAST_LINE_GAP = 0.5  # points between the lines of a part, whatever letters stand one above the other
LEAST_MARGIN = 4  # points between a text and the innermost frame

DESIGNS = [Design.load(name) for name in list_designs()]
TALL_LETTERS = "ҢҰЙЁҒҚŪŽÇ"  # with something above or below
WORDS = st.text("абвгдёжйуүұңғқөһpqgyj", min_size=1, max_size=14).map(str.capitalize) | st.sampled_from(TALL_LETTERS)
NAMES = st.lists(WORDS, min_size=1, max_size=9).map(" ".join).filter(lambda name: len(name) <= 120)
ORGANISATIONS = {
    "kk": (
        "Маңғыстау облысының білім басқармасы",
        "Ақтау қалалық әкімдігі",
        "«Қамқорлық» қоры",
        "Облыстық перзентхана",
    ),
    "ru": (
        "Управление образования Мангистауской области",
        *("Акимат города Актау", "Фонд «Қамқорлық»", "Областной перинатальный центр"),
    ),
}
LONG_NAME = {
    "kk": "«Маңғыстау облысының мүмкіндігі шектеулі жандарын, балалары мен отбасыларын қолдау орталығы» қоғамдық бірлестігі",
    "ru": "Общественное объединение «Центр поддержки людей с инвалидностью, детей и семей Мангистауской области»",
}
ISSUERS = [ISSUER, FULL, replace(FULL, name=LONG_NAME)]
LANGUAGES = [("kk", "ru"), ("ru", "kk"), ("en", "kk"), ("ru",)]


def join_organisations(count: int) -> dict[str, str]:
    """Return the names of some co-organizers as one text in each language."""
    return {language: ", ".join(names[:count]) for language, names in ORGANISATIONS.items()} if count else {}


def list_narrow_gaps(inks: list[Ink]) -> list[tuple[float, str, str]]:
    """Return the distances between parts that are too small."""
    return [
        (round(gap, 2), first.text, second.text) for gap, first, second in list_gaps(inks) if gap < LEAST_GAP - 0.01
    ]


def list_touching_lines(inks: list[Ink]) -> list[tuple[str, str]]:
    """Return the lines of one part that touch each other."""
    return [
        (upper.text, lower.text)
        for number, upper in enumerate(inks)
        for lower in inks[number + 1 :]
        if upper.part == lower.part != "ornament"
        and upper.bounds[0] < lower.bounds[2]
        and lower.bounds[0] < upper.bounds[2]
        and upper.bounds[1] - lower.bounds[3] < LEAST_LINE_GAP
    ]


def list_texts_at_the_frame(inks: list[Ink], design: Design) -> list[str]:
    """Return the texts that come too near to the innermost frame."""
    frames = [ornament for ornament in design.ornaments if isinstance(ornament, Frame)]
    left, bottom = (max(getattr(frame, side) for frame in frames) + LEAST_MARGIN for side in ("x", "y"))
    right = min(frame.x + frame.width for frame in frames) - LEAST_MARGIN
    top = min(frame.y + frame.height for frame in frames) - LEAST_MARGIN
    return [
        ink.text
        for ink in inks
        if ink.part != "ornament"
        and not (left <= ink.bounds[0] and bottom <= ink.bounds[1] and ink.bounds[2] <= right and ink.bounds[3] <= top)
    ]


@settings(max_examples=100)
@given(
    st.sampled_from(DESIGNS),
    NAMES,
    st.sampled_from(LANGUAGES),
    st.sampled_from(ISSUERS),
    st.integers(0, 4),
    st.sampled_from([FACTS, LONG]),
    st.sampled_from(["", "ҚАТЫСУШЫНЫҢ СЕРТИФИКАТЫ ЖӘНЕ АЛҒЫС ХАТЫ", "АЛҒЫС ХАТ"]),
)
@example(DESIGNS[2], "Щуйё Йёркёйль Ңұрланқызы " * 4 + "Ұғ", ("en", "kk"), FULL, 4, LONG, "")
def test_no_text_comes_near_another_one_or_an_ornament(
    design: Design,
    name: str,
    languages: tuple[str, ...],
    issuer: Issuer,
    count: int,
    base: Certificate,
    heading: str,
) -> None:
    facts = replace(base, recipient=name, languages=languages, heading={"kk": heading} if heading else {})
    issuer = replace(issuer, co_issuer=join_organisations(count))
    try:
        inks = list_inks(facts, design, issuer)
    except TextTooLong:
        reject()
    assert list_narrow_gaps(inks) == []
    assert list_touching_lines(inks) == []
    assert list_texts_at_the_frame(inks, design) == []


@pytest.mark.parametrize("design", DESIGNS, ids=list_designs())
@pytest.mark.parametrize("languages", LANGUAGES[:3])
def test_up_to_four_organizers_with_long_names_always_fit(design: Design, languages: tuple[str, ...]) -> None:
    for count in range(5):
        for issuer in ISSUERS:
            layout = lay_out_certificate(
                replace(FACTS, languages=languages), design, replace(issuer, co_issuer=join_organisations(count))
            )
            assert layout.problems == ()
