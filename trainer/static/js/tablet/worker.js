// Service worker of the tablet: caches the application, complete and of one version, so that it opens offline. It does not
// touch data: they are in IndexedDB. The server puts VERSION and PARTS in front of this file.

/* global VERSION, PARTS */
const PAGE = "/tablet/";
const CACHE_NAME = `tablet-${VERSION}`;

self.addEventListener("install", (event) => event.waitUntil(cacheAllParts()));
self.addEventListener("activate", (event) => event.waitUntil(deleteOtherCaches().then(() => self.clients.claim())));
self.addEventListener("message", ({ data }) => data === "take over" && self.skipWaiting());
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (mode === "navigate" && pathname === PAGE) event.respondWith(serveFromCache(PAGE, event.request));
  else if (PARTS.includes(pathname)) event.respondWith(serveFromCache(pathname, event.request));
});

/** Fetch all parts into the cache; fails if the page is of another version, because the server was upgraded meanwhile. */
async function cacheAllParts() {
  const cache = await caches.open(CACHE_NAME);
  await Promise.all([PAGE, ...PARTS].map(async (part) => cache.put(part, await fetchPart(part))));
  const page = await (await cache.match(PAGE)).text();
  if (!page.includes(`data-version="${VERSION}"`)) throw new Error("the page is of another version");
}

async function fetchPart(part) {
  const answer = await fetch(part, { cache: "reload", credentials: "omit" });
  if (!answer.ok) throw new Error(`${part}: ${answer.status}`);
  return answer;
}

async function deleteOtherCaches() {
  const others = (await caches.keys()).filter((name) => name.startsWith("tablet-") && name !== CACHE_NAME);
  await Promise.all(others.map((name) => caches.delete(name)));
}

/** Return the cached part, so that all parts are of one version; the network only if it is not cached. */
async function serveFromCache(part, request) {
  const cache = await caches.open(CACHE_NAME);
  return (await cache.match(part)) ?? fetch(request);
}
