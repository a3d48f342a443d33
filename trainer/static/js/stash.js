// Files that the service worker keeps until they are uploaded.

const STASH = "shared-files";

/** Return the kept files in their order, each with a function that forgets it. */
export async function loadStash() {
  if (!self.caches) return [];
  const stash = await caches.open(STASH);
  return Promise.all((await stash.keys()).map((key) => loadFile(stash, key)));
}

async function loadFile(stash, key) {
  const kept = await stash.match(key);
  const moment = Number(new URL(key.url).pathname.split("/").at(-2));
  const name = decodeURIComponent(kept.headers.get("File-Name"));
  const file = new File([await kept.blob()], name, { type: kept.headers.get("Content-Type"), lastModified: moment });
  return { file, forget: () => stash.delete(key) };
}
