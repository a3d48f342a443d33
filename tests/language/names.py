"""Names in the order of the Kazakh alphabet."""

# Sorted by ICU with the collation kk of CLDR; it contains all nine letters that Russian lacks.
SORTED = (
    """
Абай|Али Бек|Алибек|Аля|Ахмет-Али|Ахметали|Әбен|Бек|Гүл|Ғани|Елкин|Ельник|Ёлкин|Кен|Қан|Нур|Ңа|Ова|Өте|Ура|Ұля|Үміт
Фа|Хан|Һам|Ыр|Іле|Эль|Smith
""".strip()
    .replace("\n", "|")
    .split("|")
)
