// Keeps the attendance page up to date, with a request every three seconds. A row with an unsaved choice is not updated: when
// it is saved, the server must know which mark its author had seen.

const REFRESH_INTERVAL = 3000; // milliseconds
const presentCount = document.querySelector("[data-live]");
let etag = "";

function checkRadio(row, value) {
  for (const radio of row.querySelectorAll("input[type=radio]")) {
    radio.checked = radio.defaultChecked = radio.value === value;
  }
}

function isUnchanged(row) {
  return [...row.querySelectorAll("input[type=radio]")].every((radio) => radio.checked === radio.defaultChecked);
}

function updateRow(row, attendance) {
  const field = (name) => row.querySelector(`input[name="${name}-${row.dataset.row}"]`);
  const conflict = row.querySelector("[data-question]");
  const isSame = field("after").value === attendance.after && field("shown").value === attendance.status && conflict.textContent === attendance.question;
  if (isSame || !isUnchanged(row)) return;
  field("after").value = attendance.after;
  field("shown").value = attendance.status;
  checkRadio(row, attendance.status);
  conflict.textContent = attendance.question;
  conflict.hidden = !attendance.question;
}

function updateDevices(devices) {
  const list = document.querySelector("#tablets ul");
  list.replaceChildren(...devices.map((device) => {
    const item = document.createElement("li");
    const paragraph = document.createElement("p");
    const name = document.createElement("strong");
    const status = document.createElement("span");
    status.className = "soft";
    name.textContent = device.name;
    status.textContent = device.said;
    paragraph.append(name, " ", status);
    item.append(paragraph);
    return item;
  }));
  document.getElementById("tablets").hidden = devices.length === 0;
}

function updatePage(overview) {
  if (presentCount.textContent !== overview.here) presentCount.textContent = overview.here;
  const rows = document.querySelectorAll("[data-row]");
  for (const row of rows) {
    const attendance = overview.rows[row.dataset.row];
    if (attendance) updateRow(row, attendance);
  }
  const notice = document.getElementById("newcomers");
  const hasSamePeople = Number(notice.dataset.people) === overview.people && [...rows].every((row) => row.dataset.row in overview.rows);
  notice.hidden = hasSamePeople && notice.dataset.unlisted === overview.unlisted;
  updateDevices(overview.devices);
}

async function refreshPage() {
  if (document.hidden) return;
  try {
    const answer = await fetch(presentCount.dataset.live, { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" });
    if (answer.status !== 200) return;
    etag = answer.headers.get("ETag") ?? "";
    updatePage(await answer.json());
  } catch {
    // no network: the next request may succeed
  }
}

if (presentCount) {
  refreshPage();
  setInterval(refreshPage, REFRESH_INTERVAL);
  document.addEventListener("visibilitychange", refreshPage);
}
