"""Invented people of the example, with common Kazakh and Russian names."""

from trainer.registration.seats.applicant import Applicant

HOSPITAL = "Маңғыстау облыстық ауруханасы"
CLINIC = "Ақтау қаласының № 2 емханасы"
CENTRE = "«Қамқорлық» оңалту орталығы"
NURSE, PHYSIO, DOCTOR, REHAB = "мейіргер", "физиотерапевт", "невролог дәрігер", "оңалту дәрігері"
ASSISTANT = "жеке көмекші"


def build_example_applicant(
    number: int, surname: str, given_name: str, patronymic: str, workplace: str, position: str, language: str = "kk"
) -> Applicant:
    """Return an applicant; the phone numbers come from one block."""
    email = f"trainee{number}@example.org" if number % 3 == 0 else ""
    return Applicant(surname, given_name, patronymic, f"+7701555{number:04d}", email, workplace, position, language)


MEDICAL_WORKERS = (
    build_example_applicant(1, "Әбдірахманова", "Гүлнұр", "Серікқызы", HOSPITAL, NURSE),
    build_example_applicant(2, "Қожахметов", "Ерлан", "Ғабитұлы", HOSPITAL, DOCTOR),
    build_example_applicant(3, "Өтегенова", "Айгүл", "Маратқызы", CLINIC, PHYSIO),
    build_example_applicant(4, "Һашимов", "Нұрлан", "Бауыржанұлы", CLINIC, REHAB),
    build_example_applicant(5, "Соколова", "Марина", "Викторовна", HOSPITAL, "медицинская сестра", "ru"),
    build_example_applicant(6, "Үсенова", "Жанар", "Іліясқызы", CENTRE, REHAB),
    build_example_applicant(7, "Ғалымжанова", "Ләззат", "", CENTRE, NURSE),
)
ASSISTANTS = (
    build_example_applicant(11, "Ізбасаров", "Дәурен", "Қанатұлы", "", ASSISTANT),
    build_example_applicant(12, "Ұзақбаева", "Әсел", "Төлегенқызы", "", ASSISTANT),
    build_example_applicant(13, "Ким", "Светлана", "Андреевна", "", "индивидуальный помощник", "ru"),
    build_example_applicant(14, "Жұмабаев", "Қуаныш", "Өмірбекұлы", "", ASSISTANT),
    build_example_applicant(15, "Ермекова", "Меруерт", "Жеңісқызы", "", ASSISTANT),
    build_example_applicant(16, "Төлебаев", "Асхат", "Һамитұлы", "", ASSISTANT),
    build_example_applicant(17, "Петрова", "Ольга", "Николаевна", "", "индивидуальный помощник", "ru"),
    build_example_applicant(18, "Сүлейменова", "Индира", "Ғаниқызы", "", ASSISTANT),
    build_example_applicant(19, "Байғалиев", "Арман", "Үсенұлы", "", ASSISTANT),
    build_example_applicant(20, "Нұрпейісова", "Шолпан", "Әлімжанқызы", "", ASSISTANT),
)
