// Opens the system's share sheet: button[data-share-url], shown where there is one. data-share-picture adds an image file.

/** Return the picture of a button as a file in a list; empty without one, or where it can't be shared. */
async function listFiles({ sharePicture, shareName }) {
  if (!sharePicture) return [];
  try {
    const answer = await fetch(sharePicture);
    const blob = await answer.blob();
    const files = answer.ok ? [new File([blob], shareName, { type: blob.type })] : [];
    return navigator.canShare?.({ files }) ? files : [];
  } catch {
    return []; // no network: the link alone is shared
  }
}

for (const button of document.querySelectorAll("[data-share-url]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  const { shareUrl: url, shareTitle: title } = button.dataset;
  let files;
  // A browser opens the sheet only shortly after a tap, so the picture is fetched before it.
  for (const event of ["pointerenter", "focus"]) button.addEventListener(event, () => (files ??= listFiles(button.dataset)), { once: true });
  button.addEventListener("click", async () => {
    const found = (await (files ??= listFiles(button.dataset))) ?? [];
    try {
      await navigator.share(found.length > 0 ? { title, text: `${title}\n${url}`, files: found } : { title, url });
    } catch (error) {
      if (error.name !== "AbortError" && found.length > 0) await navigator.share({ title, url }).catch(() => {}); // an app that takes no files
    }
  });
}
