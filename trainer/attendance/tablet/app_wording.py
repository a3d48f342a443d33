"""Sentences of the tablet application, by the names that its scripts use."""

from flask_babel import force_locale

from trainer.attendance.tablet.wording import ITEM_REASON_LABELS
from trainer.language import LANGUAGES
from trainer.language.translate import lazy_gettext as _l

TABLET_TEXTS = {
    # the list
    "title": _l("Attendance on the tablet"),
    "short-title": _l("Attendance"),
    "session": _l("Session"),
    "sessions": _l("Sessions"),
    "choose-session": _l("Which session are you marking?"),
    "new-day": _l("A new day has started. You are now marking: %(time)s"),
    "elsewhere": _l(
        "This tablet is set to another time zone. The times shown here are those of the seminar: %(zone)s."
    ),
    "close": _l("Close"),
    "tools": _l("Tools"),
    "people": _l("List of participants"),
    "here": _l("present"),
    "search": _l("Search by name"),
    "name": _l("Name"),
    "clear": _l("Clear the search"),
    "not-here": _l("Not here yet"),
    "nobody": _l("No one was found. Change the search or the filter."),
    "similar": _l("There is no exact match. Similar names:"),
    "nobody-listed": _l("No one is registered for this seminar yet. Add the people who come below."),
    "nobody-missing": _l("No one is missing: everyone is present or excused."),
    "more": _l("More about the person"),
    "walked-in": _l("Without registration"),
    "no-seat": _l("Not on the list: the organiser decides"),
    "no-photo": _l("No photos"),
    # statuses
    "present": _l("Present"),
    "late": _l("Late"),
    "excused": _l("Excused"),
    "absent": _l("Absent"),
    "none": _l("No mark yet"),
    "question": _l("Conflict"),
    "asked": _l("Marked differently: %(claims)s. The organiser decides on the dashboard."),
    "undo": _l("Undo"),
    "changed-meanwhile": _l("This person has since been marked on another tablet: nothing was undone."),
    "unsaved": _l("The tablet could not save this. Try again; if it happens again, write it on paper."),
    # signatures
    "sign": _l("Sign"),
    "signed": _l("Signed"),
    "sign-heading": _l("Participant’s signature"),
    "sign-here": _l("Sign with your finger in the field. A signature is not required."),
    "sign-field": _l("Signature field"),
    "sign-save": _l("Save the signature"),
    "sign-clear": _l("Start again"),
    "sign-confirm": _l("Without a signature: confirmed by the organiser"),
    # scanning
    "scan": _l("Scan"),
    "scan-heading": _l("Scan passes"),
    "scan-ready": _l("Show a pass to the camera."),
    "scan-fresh": _l("Marked: present"),
    "scan-again": _l("Present since %(time)s"),
    "scan-question": _l("Tablets have different marks: %(claims)s. The organiser decides on the dashboard."),
    "scan-elsewhere": _l("This pass is for another seminar: %(seminar)s"),
    "scan-unknown": _l("This pass is not on this tablet’s list. Search by name, or add the person."),
    "scan-no-pass": _l("This code is not a pass."),
    "camera-refused": _l("The camera is switched off for this page"),
    "no-camera": _l("No camera was found"),
    # walk-ins
    "walk-in": _l("Add a person"),
    "walk-in-heading": _l("Came without registering"),
    "walk-in-needed": _l("Surname, given name and consent are required. The rest can be added later on the dashboard."),
    "walk-in-add": _l("Add and mark as present"),
    "walk-in-added": _l("Added to the list"),
    "surname": _l("Surname"),
    "given-name": _l("Given name"),
    "patronymic": _l("Patronymic (if any)"),
    "one-name": _l("This person has only one name"),
    "phone": _l("Phone number"),
    "workplace": _l("Workplace"),
    "position": _l("Position"),
    "language-of": _l("Certificate and message language"),
    "terms": _l("How your data is used"),
    "consent": _l("I consent to the collection and processing of my personal data"),
    "photo": _l("I agree to be photographed and filmed (optional)"),
    "name-needed": _l("Enter the name in letters."),
    "iin-typed": _l("Do not enter an IIN: it is not needed and will not be saved."),
    "odd-typed": _l("Use only letters, digits and common punctuation."),
    "consent-needed": _l("We can’t register you without this consent."),
    # one person
    "marks": _l("Marks"),
    "by-desk": _l("organiser’s dashboard"),
    "by-other": _l("another tablet"),
    "waits": _l("not yet sent"),
    # status
    "unsent": _l("Not yet sent: %(count)s"),
    "refused": _l("Not accepted: %(count)s"),
    "undecided": _l("Waiting for the organiser: %(count)s"),
    "all-sent": _l("Everything has been sent"),
    "link-starting": _l("Looking for a network"),
    "link-offline": _l("no network"),
    "link-trouble": _l("the server is busy"),
    "link-cut": _l("offline rehearsal"),
    "link-unknown": _l("connect the tablet again"),
    "link-revoked": _l("disconnected"),
    # tablet
    "device": _l("This tablet"),
    "device-name": _l("Tablet name"),
    "device-unsent": _l("Not yet sent"),
    "device-refused": _l("Not accepted by the server"),
    "device-undecided": _l("Waiting for the organiser’s decision"),
    "device-sync": _l("Last contact with the server"),
    "device-roster": _l("List received"),
    "device-storage": _l("Storage"),
    "device-clock": _l("Clock"),
    "device-rehearsed": _l("Last offline test"),
    "device-version": _l("Version"),
    "refused-more": _l(
        "The server did not accept this. Save it to a file and give it to the organiser; then the list can be "
        "removed from this tablet."
    ),
    "handed": _l("saved to a file"),
    "let-go": _l("The organiser has the file: remove this from the tablet"),
    "mark": _l("Mark"),
    **{f"reason-{name}": sentence for name, sentence in ITEM_REASON_LABELS.items()},
    "storage-kept": _l("the data is protected from deletion"),
    "storage-may-go": _l("the browser may delete data: add the app to the home screen"),
    "clock-right": _l("correct"),
    "clock-wrong": _l("off by %(seconds)s s"),
    "rehearse": _l("Test offline"),
    "export": _l("Save unsent data to a file"),
    "send": _l("Send now"),
    "language": _l("Language"),
    "update": _l("A new version is ready: switch now"),
    # rehearsal
    "rehearsal-heading": _l("Offline rehearsal"),
    "rehearsal-about": _l(
        "The network is switched off inside the app during the test. Practice scans do not mark anyone."
    ),
    "rehearsal-scan": _l("Scan three passes from this list; the same pass three times is fine."),
    "rehearsal-skip": _l("Continue without scanning"),
    "rehearsal-good": _l("The tablet is ready"),
    "rehearsal-good-more": _l("It works offline. Charge it overnight."),
    "rehearsal-bad": _l("Something is missing"),
    "rehearsal-bad-more": _l("Check the lines with an exclamation mark, then test again."),
    "rehearsal-again": _l("Test again"),
    "check-network-good": _l("The server responds"),
    "check-network-bad": _l("The server did not respond before the test: the list may be out of date"),
    "check-clock-good": _l("The clock is correct"),
    "check-clock-bad": _l("The clock is wrong or was not checked: %(seconds)s s"),
    "check-kept-good": _l("The app opens offline"),
    "check-kept-bad": _l("The app is not saved yet: open it again while online"),
    "check-roster-good": _l("The list is on the tablet, received %(time)s"),
    "check-roster-bad": _l("The list is missing or older than a day"),
    "check-disk-good": _l("Marks are saved on the tablet"),
    "check-disk-bad": _l("The tablet can’t save data: free up some space"),
    "check-storage-good": _l("Data in the browser is protected from deletion"),
    "check-storage-bad": _l("Data in the browser may be deleted: add the app to the home screen"),
    "check-battery-good": _l("Battery: %(percent)s%%"),
    "check-battery-bad": _l("Battery: %(percent)s%%. Charge the tablet."),
    "check-battery-untold": _l("Battery level is not available. Please check it yourself."),
    "check-scans-good": _l("Practice scans: %(count)s of %(all)s"),
    "check-scans-bad": _l("Practice scans: %(count)s of %(all)s"),
    "check-camera-good": _l("The camera works"),
    "check-camera-bad": _l("The camera can’t be used: mark people by tapping"),
    # instead of the list
    "loading": _l("Receiving the list"),
    "loading-more": _l("It takes a few seconds."),
    "no-roster": _l("There is no list on this tablet yet"),
    "no-roster-more": _l("It will arrive automatically once there is a network. After that, no network is needed."),
    "no-seminars": _l("There is no seminar for this tablet at the moment"),
    "no-seminars-more": _l("A list is deleted from the tablet a day after its last session."),
    "unpaired": _l("This tablet is not connected yet"),
    "unpaired-more": _l(
        "The organiser opens “Tablets” on the dashboard and shows a code. Point the camera of this tablet at it."
    ),
    "revoked": _l("The organiser has disconnected this tablet"),
    "revoked-more": _l("The list has been deleted from it. There is no unsent data on it."),
    "revoked-left": _l(
        "The list has been deleted from it. Unsent marks: %(count)s. Save them to a file and give it to the organiser."
    ),
    "unknown": _l("The server does not recognise this tablet"),
    "unknown-more": _l(
        "Ask the organiser for a new code. Unsent data stays here and will be sent afterwards: %(count)s."
    ),
    "no-store": _l("This browser does not save data"),
    "no-store-more": _l("Open the page in a normal window, not a private one, and allow it to save data."),
    "other-tab": _l("The list is open in another tab"),
    "other-tab-more": _l("Close that tab to continue here."),
    "pair-by-camera": _l("Scan the organiser’s code"),
    # pairing
    "pair-heading": _l("Connect this tablet"),
    "pair-about": _l(
        "The tablet will hold the list of participants of the chosen seminars: names and workplaces. It works "
        "offline. The organiser can disconnect it at any time."
    ),
    "pair": _l("Connect this tablet"),
    "pair-expired": _l(
        "This code has already been used or is more than ten minutes old. Ask the organiser for a new one."
    ),
    "pair-unknown": _l("This is not a code for connecting a tablet. Ask the organiser for one."),
    "pair-offline": _l("There is no network. It is needed once, to connect the tablet."),
    "pair-trouble": _l("The server is busy. Try again in a minute."),
}


def build_tablet_texts() -> dict[str, dict[str, str]]:
    """Return all sentences in every language, because the application changes its language offline."""
    return {language: build_tablet_texts_in_language(language) for language in LANGUAGES}


def build_tablet_texts_in_language(language: str) -> dict[str, str]:
    """Return the sentences in one language; `%%` becomes `%`, because the scripts fill in values themselves."""
    with force_locale(language):
        return {name: str(sentence).replace("%%", "%") for name, sentence in TABLET_TEXTS.items()}
