"""`python -m certificates.fonts.subset` writes the committed font files from the variable EB Garamond and Source Sans 3.

Both families are under the SIL Open Font License; a modified font may not use a reserved name, hence ours. Needs the
`fontpkg` packages of the test dependencies.
"""

from pathlib import Path

import fontpkg
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FONTS_FOLDER = Path(__file__).resolve().parent
# Letters of names: Kazakh in both alphabets, Uzbek, Karakalpak, Azerbaijani, Turkmen, Turkish, the languages of Europe.
LATIN_CODE_POINTS = [*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, "ƏəǴǵȘșȚțẀẁẂẃẄẅẞʻʼ")]
# Russian, Ukrainian, Belarusian, Kazakh, Kyrgyz, Uzbek, Karakalpak, Tajik, Tatar, Bashkir, Uyghur, Azerbaijani, Turkmen.
CYRILLIC_CODE_POINTS = [*range(0x0400, 0x0460), *map(ord, "ҐґҒғҖҗҘҙҚқҠҡҢңҪҫҮүҰұҲҳҶҷҺһӀӏӘәӢӣӨөӮӯ")]
PUNCTUATION_CODE_POINTS = [ord(mark) for mark in "–—‘’‚“”„…•·№«»₸€₽‰§©®°×−\u202f\u2009\u2011"]
FACE_SUBSETS = (
    ("EB Garamond", "normal", 600, "PaperSerif-SemiBold"),
    ("EB Garamond", "italic", 400, "PaperSerif-Italic"),
    ("Source Sans 3", "normal", 400, "PaperSans-Regular"),
    ("Source Sans 3", "normal", 600, "PaperSans-SemiBold"),
)


def subset_face(family: str, style: str, weight: int, name: str) -> None:
    """Subset one face: our alphabets, one weight, our name."""
    font = TTFont(fontpkg.path(family, weight=weight, style=style))
    options = subset.Options(
        layout_features=["kern", "liga", "lnum", "mark", "mkmk", "ccmp", "locl"], hinting=False, notdef_outline=True
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[*LATIN_CODE_POINTS, *CYRILLIC_CODE_POINTS, *PUNCTUATION_CODE_POINTS])
    subsetter.subset(font)
    if "fvar" in font:
        font = instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = name
    font.recalcTimestamp = False
    font.save(FONTS_FOLDER / f"{name}.ttf")


if __name__ == "__main__":
    for face_subset in FACE_SUBSETS:
        subset_face(*face_subset)
