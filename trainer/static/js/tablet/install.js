// Offline installation: service worker, updates, and the lock that allows one tab at a time.

import { byId } from "./page.js";

/** Register the service worker; resolves with true when the application works offline, with false where workers are unsupported. */
export async function installApplication() {
  if (!("serviceWorker" in navigator)) return false;
  const registration = await navigator.serviceWorker.register("/tablet/worker.js", { scope: "/tablet/" });
  const showUpdateButton = () => (byId("update").hidden = !(registration.waiting && navigator.serviceWorker.controller));
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", showUpdateButton));
  byId("update").addEventListener("click", () => registration.waiting?.postMessage("take over"));
  showUpdateButton();
  await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  // From here on a new controller is a newer version. All marks are on the disk, so the page may reload.
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
  return true;
}

/** Resolve when this is the only tab that uses the store; `onWaiting` is called if another tab holds the lock. */
export function waitForOnlyTab(onWaiting) {
  if (!navigator.locks) return Promise.resolve();
  return new Promise((resolve) => {
    const hold = () => (resolve(), new Promise(() => {})); // held until the tab is closed
    navigator.locks.request("tablet", { ifAvailable: true }, (lock) => {
      if (lock) return hold();
      onWaiting();
      navigator.locks.request("tablet", hold);
      return undefined;
    });
  });
}
