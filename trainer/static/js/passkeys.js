// Passkeys (WebAuthn). A button[data-passkey] asks the server for options (data-options), lets the browser ask the device,
// and sends its answer. The buttons are hidden where there are no passkeys, or where those of data-origin can't be used.

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const readDescriptors = (list = []) => list.map((each) => ({ ...each, id: toBytes(each.id) }));

/** Let the device make a passkey, if the options name a user, or answer with one it has. Return its answer as JSON. */
async function askDevice(options) {
  const publicKey = { ...options, challenge: toBytes(options.challenge) };
  const credential = options.user
    ? await navigator.credentials.create({
        publicKey: {
          ...publicKey,
          user: { ...options.user, id: toBytes(options.user.id) },
          excludeCredentials: readDescriptors(options.excludeCredentials),
        },
      })
    : await navigator.credentials.get({ publicKey: { ...publicKey, allowCredentials: readDescriptors(options.allowCredentials) } });
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: toText(credential.rawId), type: credential.type, response });
}

/** Send the fields of a form, without a typed password, and return what the server says; null if it leads to another page. */
async function send(address, form, answer = "") {
  const body = new FormData(form);
  body.delete("password");
  body.set("answer", answer);
  const response = await fetch(address + location.search, { method: "POST", body, headers: { Accept: "application/json" } });
  if (response.redirected) location.assign(response.url);
  return response.redirected ? null : response.json();
}

/** Do what a button promises. Return a sentence if it can't be done. */
async function run({ form, dataset }) {
  const options = await send(dataset.options, form);
  if (!options || options.error) return options?.error;
  const result = await send(dataset.passkey, form, await askDevice(options));
  if (result?.location) location.assign(result.location);
  return result?.error;
}

/** Return the sentence for what a browser or the network has thrown. */
function explain(error, { cancelled, known, failed }) {
  return { NotAllowedError: cancelled, AbortError: cancelled, InvalidStateError: known }[error.name] ?? failed;
}

async function press(button) {
  const message = button.parentElement.nextElementSibling;
  message.hidden = true;
  button.disabled = true;
  const sentence = await run(button).catch((error) => explain(error, button.dataset));
  button.disabled = false;
  message.textContent = sentence ?? "";
  message.hidden = !sentence;
}

for (const button of document.querySelectorAll("button[data-passkey]")) {
  if (!window.PublicKeyCredential || location.origin !== button.dataset.origin) continue;
  button.hidden = false;
  for (const hidden of document.querySelectorAll("[data-passkey-form]")) hidden.hidden = false;
  for (const missing of document.querySelectorAll("[data-passkey-missing]")) missing.hidden = true;
  button.addEventListener("click", () => press(button));
  if (!button.form.matches("[data-passkey-form]")) continue;
  button.form.addEventListener("submit", (event) => {
    event.preventDefault(); // Enter in a form that has no other button means this one
    press(button);
  });
}
