// The application without a network: its worker, a newer version of it, and one tab at a time.

import { byId } from "./page.js";

/** Let the worker keep the application; resolves when everything works without a network. */
export async function keepApplication() {
  if (!("serviceWorker" in navigator)) return false;
  const registration = await navigator.serviceWorker.register("/tablet/worker.js", { scope: "/tablet/" });
  const offer = () => (byId("update").hidden = !(registration.waiting && navigator.serviceWorker.controller));
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
  byId("update").addEventListener("click", () => registration.waiting?.postMessage("take over"));
  offer();
  await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  // From here on another controller is a newer version. What is marked is on the disk, so the page may begin anew.
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
  return true;
}

/** Be the only tab that works with the store; waits, and says so, while another one is. */
export function beTheOnlyTab(waiting) {
  if (!navigator.locks) return Promise.resolve();
  return new Promise((begin) => {
    const hold = () => (begin(), new Promise(() => {})); // held until the tab is closed
    navigator.locks.request("tablet", { ifAvailable: true }, (lock) => {
      if (lock) return hold();
      waiting();
      navigator.locks.request("tablet", hold);
      return undefined;
    });
  });
}
