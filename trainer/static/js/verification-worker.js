// Keeps the verifier's page, its parts, the keys and the list of withdrawn certificates, so that a paper is checked without
// a network. No page of a person is ever kept: an address that can't be reached is answered by the verifier's page.

const KEPT = "verification";
const PAGE = "/verify";
const FRESH = ["/.well-known/jwks.json", "/verify/withdrawn.json"];

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll().then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (mode === "navigate" && pathname.toLowerCase().startsWith("/v")) event.respondWith(page(event));
  else if (FRESH.includes(pathname) || pathname.startsWith("/static/")) event.respondWith(newest(event.request));
});

async function keepAll() {
  const parts = await (await fetch("/verify/parts.json")).json();
  const cache = await caches.open(KEPT);
  await Promise.all([PAGE, ...FRESH, ...parts].map((part) => cache.add(part)));
}

/** A page from the network, or the verifier's page in its place; every visit renews what is kept, in the visitor's language. */
async function page(event) {
  try {
    const answer = await fetch(event.request);
    event.waitUntil(Promise.all([PAGE, ...FRESH].map(renew)));
    return answer;
  } catch {
    return caches.match(PAGE);
  }
}

async function renew(address) {
  const answer = await fetch(address, { cache: "no-cache" });
  if (answer.ok) await keep(address, answer);
}

/** The newest that can be had: from the network, else as it was kept. */
async function newest(request) {
  const { pathname } = new URL(request.url); // the ?v= of an address only tells versions apart
  try {
    const answer = await fetch(request);
    if (answer.ok) await keep(pathname, answer);
    return answer;
  } catch {
    return (await caches.match(pathname)) ?? Response.error();
  }
}

async function keep(address, answer) {
  const cache = await caches.open(KEPT);
  await cache.put(address, answer.clone());
}
