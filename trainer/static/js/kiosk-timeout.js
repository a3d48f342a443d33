// Kiosk: leaves an abandoned form after a warning, and the thanks page after some seconds, for the next person
// ([data-kiosk]: address to go to, [data-after]: seconds). A page restored from the browser's cache is left at once.

const IDLE_SECONDS = 120;
const WARNING_SECONDS = 30;
const page = document.querySelector("[data-kiosk]");
const warning = document.getElementById("still");
let timer = 0;

function leavePage() {
  location.replace(page.dataset.kiosk);
}

function showWarning() {
  warning.hidden = false;
  timer = setTimeout(leavePage, WARNING_SECONDS * 1000);
}

function restartTimer() {
  clearTimeout(timer);
  warning.hidden = true;
  timer = setTimeout(showWarning, IDLE_SECONDS * 1000);
}

if (page) {
  addEventListener("pageshow", (event) => event.persisted && leavePage());
  if (warning) {
    for (const eventName of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(eventName, restartTimer, { passive: true });
    document.getElementById("stay").addEventListener("click", restartTimer);
    restartTimer();
  } else {
    setTimeout(leavePage, Number(page.dataset.after) * 1000);
  }
}
