// Service worker of the page that takes what a phone shares: it keeps the files on this device until they are uploaded, so that
// nothing is lost without a network, or by somebody who has to sign in first. It serves that page only.

const PAGE = "/desk/evidence/shared";
const STASH = "shared-files";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (new URL(url).pathname !== PAGE) return;
  if (method === "POST") event.respondWith(keepFiles(event.request));
  else if (mode === "navigate") event.respondWith(openPage(event.request));
});

/** Keep the files of a form that the share menu sent, each with its name, and lead to the page that uploads them. */
async function keepFiles(request) {
  const files = (await request.formData()).getAll("files").filter((file) => file instanceof File);
  const stash = await caches.open(STASH);
  const moment = Date.now();
  try {
    for (const [number, file] of files.entries()) {
      const headers = { "Content-Type": file.type || "application/octet-stream", "File-Name": encodeURIComponent(file.name) };
      await stash.put(`${PAGE}/${moment}/${number}`, new Response(file, { headers }));
    }
  } catch (error) {
    if (error.name !== "QuotaExceededError") throw error;
    return Response.redirect(`${PAGE}?full=yes`, 303);
  }
  return Response.redirect(PAGE, 303);
}

/** Return the page from the network, or without one, a page that says that the files are kept. */
async function openPage(request) {
  try {
    return await fetch(request);
  } catch {
    const sentences = WORDS.map((words) => `<p lang="${words.language}">${words.sentence}</p>`).join("");
    const page = `<!DOCTYPE html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>trainer</title>${sentences}`;
    return new Response(page, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
  }
}
