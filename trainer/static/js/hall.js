// The shared tablet: a form that nobody touches is left for the next person, after a warning; so is the page that thanks
// ([data-hall]: where to go, [data-after]: after how many seconds). A page that the browser had put aside is not shown again.

const QUIET = 120;
const WARNED = 30;
const page = document.querySelector("[data-hall]");
const still = document.getElementById("still");
let due = 0;

function leave() {
  location.replace(page.dataset.hall);
}

function warn() {
  still.hidden = false;
  due = setTimeout(leave, WARNED * 1000);
}

function stay() {
  clearTimeout(due);
  still.hidden = true;
  due = setTimeout(warn, QUIET * 1000);
}

if (page) {
  addEventListener("pageshow", (event) => event.persisted && leave());
  if (still) {
    for (const touched of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(touched, stay, { passive: true });
    document.getElementById("stay").addEventListener("click", stay);
    stay();
  } else {
    setTimeout(leave, Number(page.dataset.after) * 1000);
  }
}
