"""Spelling of Kazakh and Russian letters in Latin ones, for addresses; hard and soft signs become `_`."""

CYRILLIC_LETTERS = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"

LATIN_SPELLINGS = "a a b v g g d e e zh z i i k q l m n n o o p r s t u u u f kh h ts ch sh shch _ y i _ e yu ya"

CYRILLIC_TO_LATIN = dict(zip(CYRILLIC_LETTERS, LATIN_SPELLINGS.split(" "), strict=True))
