// Keeps the tablet's application, whole and of one version, so that it opens without a network. Data are no business of this
// worker: they are in IndexedDB and go to the server by themselves. The server puts VERSION and PARTS in front of this file.

/* global VERSION, PARTS */
const PAGE = "/tablet/";
const STORE = `tablet-${VERSION}`;

self.addEventListener("install", (event) => event.waitUntil(keepAll()));
self.addEventListener("activate", (event) => event.waitUntil(leaveOnlyThis().then(() => self.clients.claim())));
self.addEventListener("message", ({ data }) => data === "take over" && self.skipWaiting());
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (mode === "navigate" && pathname === PAGE) event.respondWith(kept(PAGE, event.request));
  else if (PARTS.includes(pathname)) event.respondWith(kept(pathname, event.request));
});

/** Fetch every part anew; a page of another version (the server was renewed meanwhile) makes the whole attempt fail. */
async function keepAll() {
  const store = await caches.open(STORE);
  await Promise.all([PAGE, ...PARTS].map(async (part) => store.put(part, await fetched(part))));
  const page = await (await store.match(PAGE)).text();
  if (!page.includes(`data-version="${VERSION}"`)) throw new Error("the page is of another version");
}

async function fetched(part) {
  const answer = await fetch(part, { cache: "reload", credentials: "omit" });
  if (!answer.ok) throw new Error(`${part}: ${answer.status}`);
  return answer;
}

async function leaveOnlyThis() {
  const others = (await caches.keys()).filter((name) => name.startsWith("tablet-") && name !== STORE);
  await Promise.all(others.map((name) => caches.delete(name)));
}

/** What was kept, all of one version; the network only where nothing was. */
async function kept(part, request) {
  const store = await caches.open(STORE);
  return (await store.match(part)) ?? fetch(request);
}
