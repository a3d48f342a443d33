// Service worker of verification: caches the verification page, its parts, the keys and the list of revoked certificates, so
// that certificates can be checked offline. No page of a certificate is cached: offline, the verification page answers for it.

const CACHE_NAME = "verification";
const PAGE = "/verify";
const REFRESHED_ADDRESSES = ["/.well-known/jwks.json", "/verify/withdrawn.json"];

self.addEventListener("install", (event) => {
  event.waitUntil(cacheAllParts().then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (mode === "navigate" && pathname.toLowerCase().startsWith("/v")) event.respondWith(servePage(event));
  else if (REFRESHED_ADDRESSES.includes(pathname) || pathname.startsWith("/static/")) event.respondWith(serveNewest(event.request));
});

async function cacheAllParts() {
  const parts = await (await fetch("/verify/parts.json")).json();
  const cache = await caches.open(CACHE_NAME);
  await Promise.all([PAGE, ...REFRESHED_ADDRESSES, ...parts].map((part) => cache.add(part)));
}

/** Return a page from the network, or the verification page offline; every visit refreshes the cache in the visitor's language. */
async function servePage(event) {
  try {
    const answer = await fetch(event.request);
    event.waitUntil(Promise.all([PAGE, ...REFRESHED_ADDRESSES].map(refreshCached)));
    return answer;
  } catch {
    return caches.match(PAGE);
  }
}

async function refreshCached(address) {
  const answer = await fetch(address, { cache: "no-cache" });
  if (answer.ok) await storeInCache(address, answer);
}

/** Return a file from the network, or from the cache offline. */
async function serveNewest(request) {
  const { pathname } = new URL(request.url); // without ?v=, which only tells versions apart
  try {
    const answer = await fetch(request);
    if (answer.ok) await storeInCache(pathname, answer);
    return answer;
  } catch {
    return (await caches.match(pathname)) ?? Response.error();
  }
}

async function storeInCache(address, answer) {
  const cache = await caches.open(CACHE_NAME);
  await cache.put(address, answer.clone());
}
