// Reads QR codes off the camera: by the browser's own detector where it has one, else by the one in vendor/, else by the server.

const WIDTH = 1280; // pixels of a frame that is looked at
const PAUSE = 60; // milliseconds between two looks

/** Show the camera in a <video> until a QR code is read; gives its text, "" when it is stopped. */
export async function watch(video, stopped = new AbortController().signal) {
  for await (const text of texts(video, stopped)) return text;
  return "";
}

/** Show the camera in a <video> and give the text of every frame that shows a QR code, until it is stopped. */
export async function* texts(video, stopped, askServer = readPhoto) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
  try {
    video.srcObject = stream;
    await video.play();
    const detect = await detector(askServer);
    while (!stopped.aborted) {
      const text = await detect(video);
      if (text && !stopped.aborted) yield text;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

/** A function that gives the text of the QR code in a frame, or "". */
async function detector(askServer) {
  const known = (await globalThis.BarcodeDetector?.getSupportedFormats?.()) ?? [];
  if (known.includes("qr_code")) return by(new globalThis.BarcodeDetector({ formats: ["qr_code"] }));
  try {
    const { BarcodeDetector } = await import("../vendor/qr/decode.js");
    return by(new BarcodeDetector({ formats: ["qr_code"] }));
  } catch {
    return byServer(askServer);
  }
}

const by = (reader) => async (video) => (await reader.detect(frameOf(video)))[0]?.rawValue ?? "";

function frameOf(video) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.min(WIDTH, video.videoWidth);
  canvas.height = Math.round((video.videoHeight * canvas.width) / video.videoWidth);
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas;
}

const byServer = (askServer) => async (video) => {
  const picture = await new Promise((resolve) => frameOf(video).toBlob(resolve, "image/jpeg", 0.8));
  const text = await askServer(picture);
  await new Promise((resolve) => setTimeout(resolve, 700 - PAUSE)); // the server is asked about once a second
  return text;
};

/** Ask the page for verifiers what code is on a picture. */
async function readPhoto(picture) {
  const body = new FormData();
  body.append("photo", picture, "frame.jpg");
  const answer = await fetch("/verify/photo", { method: "POST", body, headers: { Accept: "application/json" } });
  return answer.ok ? (await answer.json()).text : "";
}
