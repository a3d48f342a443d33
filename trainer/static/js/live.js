// Keeps the attendance page as it is in the hall: asks every three seconds what has changed. A row in which something was
// chosen and not saved yet stays as it is: what is saved then is said after what its writer had seen.

const EVERY = 3000;
const here = document.querySelector("[data-live]");
let tag = "";

function choose(row, value) {
  for (const radio of row.querySelectorAll("input[type=radio]")) {
    radio.checked = radio.defaultChecked = radio.value === value;
  }
}

function untouched(row) {
  return [...row.querySelectorAll("input[type=radio]")].every((radio) => radio.checked === radio.defaultChecked);
}

function showRow(row, said) {
  const field = (name) => row.querySelector(`input[name="${name}-${row.dataset.row}"]`);
  const question = row.querySelector("[data-question]");
  const known = field("after").value === said.after && field("shown").value === said.status && question.textContent === said.question;
  if (known || !untouched(row)) return;
  field("after").value = said.after;
  field("shown").value = said.status;
  choose(row, said.status);
  question.textContent = said.question;
  question.hidden = !said.question;
}

function showDevices(devices) {
  const list = document.querySelector("#tablets ul");
  list.replaceChildren(...devices.map((device) => {
    const item = document.createElement("li");
    const line = document.createElement("p");
    const name = document.createElement("strong");
    const said = document.createElement("span");
    said.className = "soft";
    name.textContent = device.name;
    said.textContent = device.said;
    line.append(name, " ", said);
    item.append(line);
    return item;
  }));
  document.getElementById("tablets").hidden = devices.length === 0;
}

function show(said) {
  if (here.textContent !== said.here) here.textContent = said.here;
  const rows = document.querySelectorAll("[data-row]");
  for (const row of rows) {
    const found = said.rows[row.dataset.row];
    if (found) showRow(row, found);
  }
  document.getElementById("newcomers").hidden =
    rows.length === said.people && [...rows].every((row) => row.dataset.row in said.rows);
  showDevices(said.devices);
}

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(here.dataset.live, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
    if (answer.status !== 200) return;
    tag = answer.headers.get("ETag") ?? "";
    show(await answer.json());
  } catch {
    // no network at the moment: the next look may succeed
  }
}

if (here) {
  look();
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
}
