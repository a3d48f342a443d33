"""Invented people of the example, made of common Kazakh and Russian given names and surnames."""

from trainer.registration.seats.enrolment import Applicant

HOSPITAL = "Маңғыстау облыстық ауруханасы"
CLINIC = "Ақтау қаласының № 2 емханасы"
CENTRE = "«Қамқорлық» оңалту орталығы"
NURSE, PHYSIO, DOCTOR, REHAB = "мейіргер", "физиотерапевт", "невролог дәрігер", "оңалту дәрігері"
ASSISTANT = "жеке көмекші"


def somebody(
    number: int, surname: str, given_name: str, patronymic: str, workplace: str, position: str, language: str = "kk"
) -> Applicant:
    """Make one of them; the phones stand in a block of their own."""
    email = f"trainee{number}@example.org" if number % 3 == 0 else ""
    return Applicant(surname, given_name, patronymic, f"+7701555{number:04d}", email, workplace, position, language)


MEDICAL_WORKERS = (
    somebody(1, "Әбдірахманова", "Гүлнұр", "Серікқызы", HOSPITAL, NURSE),
    somebody(2, "Қожахметов", "Ерлан", "Ғабитұлы", HOSPITAL, DOCTOR),
    somebody(3, "Өтегенова", "Айгүл", "Маратқызы", CLINIC, PHYSIO),
    somebody(4, "Һашимов", "Нұрлан", "Бауыржанұлы", CLINIC, REHAB),
    somebody(5, "Соколова", "Марина", "Викторовна", HOSPITAL, "медицинская сестра", "ru"),
    somebody(6, "Үсенова", "Жанар", "Іліясқызы", CENTRE, REHAB),
    somebody(7, "Ғалымжанова", "Ләззат", "", CENTRE, NURSE),
)
ASSISTANTS = (
    somebody(11, "Ізбасаров", "Дәурен", "Қанатұлы", "", ASSISTANT),
    somebody(12, "Ұзақбаева", "Әсел", "Төлегенқызы", "", ASSISTANT),
    somebody(13, "Ким", "Светлана", "Андреевна", "", "индивидуальный помощник", "ru"),
    somebody(14, "Жұмабаев", "Қуаныш", "Өмірбекұлы", "", ASSISTANT),
    somebody(15, "Ермекова", "Меруерт", "Жеңісқызы", "", ASSISTANT),
    somebody(16, "Төлебаев", "Асхат", "Һамитұлы", "", ASSISTANT),
    somebody(17, "Петрова", "Ольга", "Николаевна", "", "индивидуальный помощник", "ru"),
    somebody(18, "Сүлейменова", "Индира", "Ғаниқызы", "", ASSISTANT),
    somebody(19, "Байғалиев", "Арман", "Үсенұлы", "", ASSISTANT),
    somebody(20, "Нұрпейісова", "Шолпан", "Әлімжанқызы", "", ASSISTANT),
)
