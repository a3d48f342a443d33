"""What the tablet's application says: every sentence under the name by which its scripts ask for it, in each language."""

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
    "choose-session": _l("Which session is marked?"),
    "new-day": _l("A new day has begun. Now this session is marked: %(time)s"),
    "close": _l("Close"),
    "tools": _l("Tools"),
    "people": _l("List of participants"),
    "here": _l("are here"),
    "search": _l("Search by name"),
    "name": _l("Name"),
    "clear": _l("Clear the search"),
    "not-here": _l("Not here yet"),
    "nobody": _l("Nobody is found. Change the search or the filter."),
    "nobody-listed": _l("Nobody is registered for this seminar yet. Whoever came is added below."),
    "nobody-missing": _l("Nobody is missing: everybody came or is excused."),
    "more": _l("More about the person"),
    "walked-in": _l("Without registration"),
    "no-photo": _l("No photos"),
    # statuses
    "present": _l("Present"),
    "late": _l("Late"),
    "excused": _l("Excused"),
    "absent": _l("Absent"),
    "none": _l("No mark yet"),
    "question": _l("Question"),
    "asked": _l("Marked differently: %(claims)s. The organizer decides at the desk."),
    "undo": _l("Undo"),
    "changed-meanwhile": _l("Another tablet has marked this person meanwhile: nothing was undone."),
    "unsaved": _l("The tablet could not save this. Please try again; if it happens once more, write on paper."),
    # signatures
    "sign": _l("Sign"),
    "signed": _l("Signed"),
    "sign-heading": _l("Signature"),
    "sign-here": _l("Please sign with the finger in the field. Signing is not required."),
    "sign-field": _l("Field for the signature"),
    "sign-save": _l("Save the signature"),
    "sign-clear": _l("Begin anew"),
    "sign-confirm": _l("Without a signature: confirmed by the organizer"),
    # scanning
    "scan": _l("Scan"),
    "scan-heading": _l("Scan passes"),
    "scan-ready": _l("Show a pass to the camera."),
    "scan-fresh": _l("Marked: present"),
    "scan-again": _l("Already here since %(time)s"),
    "scan-question": _l("Tablets disagree: %(claims)s. The organizer decides at the desk."),
    "scan-elsewhere": _l("This pass is for another seminar: %(seminar)s"),
    "scan-unknown": _l("This pass is not on the list of this tablet. Search by name, or add the person."),
    "scan-no-pass": _l("This code is not a pass."),
    "camera-refused": _l("The camera is switched off for this page"),
    "no-camera": _l("No camera was found"),
    # walk-ins
    "walk-in": _l("Add a person"),
    "walk-in-heading": _l("Came without registering"),
    "walk-in-needed": _l("Surname, given name and consent are needed. The rest can follow at the desk."),
    "walk-in-add": _l("Add and mark as present"),
    "walk-in-added": _l("Added to the list"),
    "surname": _l("Surname"),
    "given-name": _l("Given name"),
    "patronymic": _l("Patronymic (if any)"),
    "phone": _l("Phone number"),
    "workplace": _l("Place of work"),
    "position": _l("Position"),
    "language-of": _l("Language of the certificate and messages"),
    "terms": _l("What happens with your data"),
    "consent": _l("I consent to the collection and processing of my personal data"),
    "photo": _l("I agree to be photographed and filmed (not required)"),
    "name-needed": _l("Please enter the name in letters."),
    "iin-typed": _l("Please do not enter an IIN: it is not needed and will not be kept."),
    "odd-typed": _l("Please write letters, digits and ordinary signs only."),
    "consent-needed": _l("Without this consent we cannot register you."),
    # one person
    "marks": _l("Marks"),
    "by-desk": _l("organizer's desk"),
    "by-other": _l("another tablet"),
    "waits": _l("not yet sent"),
    # how it stands
    "unsent": _l("Not yet sent: %(count)s"),
    "refused": _l("Not accepted: %(count)s"),
    "all-sent": _l("Everything is sent"),
    "link-starting": _l("Looking for the network"),
    "link-offline": _l("no network"),
    "link-trouble": _l("the server is busy"),
    "link-cut": _l("rehearsal without the network"),
    "link-unknown": _l("pair the tablet anew"),
    "link-revoked": _l("disconnected"),
    # tablet
    "device": _l("This tablet"),
    "device-name": _l("Name of the tablet"),
    "device-unsent": _l("Not yet sent"),
    "device-refused": _l("Not accepted by the server"),
    "device-sync": _l("Last contact with the server"),
    "device-roster": _l("List received"),
    "device-storage": _l("Storage"),
    "device-clock": _l("Clock"),
    "device-rehearsed": _l("Last test without the network"),
    "device-version": _l("Version"),
    "refused-more": _l(
        "The server did not accept this. Save it as a file and give it to the organizer: then the list can leave "
        "this tablet."
    ),
    "handed": _l("saved as a file"),
    "let-go": _l("The organizer has the file: remove this from the tablet"),
    "mark": _l("Mark"),
    **{f"reason-{name}": sentence for name, sentence in ITEM_REASON_LABELS.items()},
    "storage-kept": _l("the browser keeps everything"),
    "storage-may-go": _l("the browser may clear it: install the application on the home screen"),
    "clock-right": _l("right"),
    "clock-wrong": _l("wrong by %(seconds)s s"),
    "rehearse": _l("Test without the network"),
    "export": _l("Save what is not sent as a file"),
    "send": _l("Send now"),
    "language": _l("Language"),
    "update": _l("A new version is ready: switch to it"),
    # rehearsal
    "rehearsal-heading": _l("Rehearsal without the network"),
    "rehearsal-about": _l(
        "The network is cut inside the application for the time of the test. Practice scans mark nobody."
    ),
    "rehearsal-scan": _l("Scan three times: any passes from this list, the same one too."),
    "rehearsal-skip": _l("Go on without scanning"),
    "rehearsal-good": _l("The tablet is ready"),
    "rehearsal-good-more": _l("It works without a network. Charge it overnight."),
    "rehearsal-bad": _l("Something is missing"),
    "rehearsal-bad-more": _l("See the lines with an exclamation mark, then test once more."),
    "rehearsal-again": _l("Test once more"),
    "check-network-good": _l("The server answers"),
    "check-network-bad": _l("The server did not answer before the test: the list may be old"),
    "check-clock-good": _l("The clock is right"),
    "check-clock-bad": _l("The clock is wrong or was not compared: %(seconds)s s"),
    "check-kept-good": _l("The application opens without a network"),
    "check-kept-bad": _l("The application is not kept yet: open it once more with a network"),
    "check-roster-good": _l("The list is on the tablet, of %(time)s"),
    "check-roster-bad": _l("The list is missing or older than a day"),
    "check-disk-good": _l("Marks are saved on the tablet"),
    "check-disk-bad": _l("The tablet can't save: free some space"),
    "check-storage-good": _l("The browser promises to keep the data"),
    "check-storage-bad": _l("The browser may clear the data: install the application on the home screen"),
    "check-battery-good": _l("Battery: %(percent)s%%"),
    "check-battery-bad": _l("Battery: %(percent)s%%. Please charge it."),
    "check-battery-untold": _l("Battery: the browser does not tell. Please look yourself."),
    "check-scans-good": _l("Practice scans: %(count)s of %(all)s"),
    "check-scans-bad": _l("Practice scans: %(count)s of %(all)s"),
    "check-camera-good": _l("The camera works"),
    "check-camera-bad": _l("The camera can't be used: mark by tapping"),
    # instead of the list
    "loading": _l("The list is being received"),
    "loading-more": _l("It takes a few seconds."),
    "no-roster": _l("There is no list on this tablet yet"),
    "no-roster-more": _l("It comes by itself as soon as there is a network. Afterwards no network is needed."),
    "no-seminars": _l("There is no seminar for this tablet now"),
    "no-seminars-more": _l("A list is erased from the tablet a day after its last session."),
    "unpaired": _l("This tablet is not connected yet"),
    "unpaired-more": _l(
        "The organizer opens “Tablets” at the desk and shows a code. Point the camera of this tablet at it."
    ),
    "revoked": _l("The organizer has disconnected this tablet"),
    "revoked-more": _l("The list was erased from it. Nothing that was not sent is left here."),
    "revoked-left": _l(
        "The list was erased from it. Marks that were not sent: %(count)s. Save them as a file and give it "
        "to the organizer."
    ),
    "unknown": _l("The server does not know this tablet"),
    "unknown-more": _l(
        "Ask the organizer for a new code. What was not sent stays here and goes afterwards: %(count)s."
    ),
    "no-store": _l("This browser keeps no data"),
    "no-store-more": _l("Open the page in an ordinary window, not a private one, and allow it to keep data."),
    "other-tab": _l("The list is open in another tab"),
    "other-tab-more": _l("Close that tab, and this one goes on."),
    "pair-by-camera": _l("Scan the organizer's code"),
    # pairing
    "pair-heading": _l("Connect this tablet"),
    "pair-about": _l(
        "The tablet will hold the list of participants of the chosen seminars: names and places of work. It "
        "works without a network. The organizer can disconnect it at any time."
    ),
    "pair": _l("Connect this tablet"),
    "pair-expired": _l("This code was used already or is older than ten minutes. Ask the organizer for a new one."),
    "pair-unknown": _l("This is not a code for connecting a tablet. Ask the organizer for one."),
    "pair-offline": _l("There is no network. It is needed once, to connect the tablet."),
    "pair-trouble": _l("The server is busy. Please try again in a minute."),
}


def build_tablet_texts() -> dict[str, dict[str, str]]:
    """Give all words in every language: without a network the application changes its language by itself."""
    return {language: build_tablet_texts_in_language(language) for language in LANGUAGES}


def build_tablet_texts_in_language(language: str) -> dict[str, str]:
    """Give the words in one language; values are put in their places by the scripts, so a percent sign is only a sign."""
    with force_locale(language):
        return {name: str(sentence).replace("%%", "%") for name, sentence in TABLET_TEXTS.items()}
