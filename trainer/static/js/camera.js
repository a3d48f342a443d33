// Reads QR codes from the camera: with the browser's BarcodeDetector, else with the one in vendor/, else on the server.

const FRAME_WIDTH = 1280; // pixels of an examined frame
const FRAME_PAUSE = 60; // milliseconds between two frames

/** Show the camera in a <video> until a QR code is read; return its text, or "" if aborted. */
export async function readFirstCode(video, stopSignal = new AbortController().signal) {
  for await (const text of readCodes(video, stopSignal)) return text;
  return "";
}

/** Show the camera in a <video> and yield the text of every frame with a QR code, until aborted. */
export async function* readCodes(video, stopSignal, askServer = readPhotoByServer) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
  try {
    video.srcObject = stream;
    await video.play();
    const detect = await createDetector(askServer);
    while (!stopSignal.aborted) {
      const text = await detect(video);
      if (text && !stopSignal.aborted) yield text;
      await new Promise((resolve) => setTimeout(resolve, FRAME_PAUSE));
    }
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

/** Return a function that reads the QR code in a frame: its text, or "". */
async function createDetector(askServer) {
  const formats = (await globalThis.BarcodeDetector?.getSupportedFormats?.()) ?? [];
  if (formats.includes("qr_code")) return detectWith(new globalThis.BarcodeDetector({ formats: ["qr_code"] }));
  try {
    const { BarcodeDetector } = await import("../vendor/qr/decode.js");
    return detectWith(new BarcodeDetector({ formats: ["qr_code"] }));
  } catch {
    return detectByServer(askServer);
  }
}

const detectWith = (barcodeDetector) => async (video) => (await barcodeDetector.detect(captureFrame(video)))[0]?.rawValue ?? "";

function captureFrame(video) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.min(FRAME_WIDTH, video.videoWidth);
  canvas.height = Math.round((video.videoHeight * canvas.width) / video.videoWidth);
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas;
}

const detectByServer = (askServer) => async (video) => {
  const picture = await new Promise((resolve) => captureFrame(video).toBlob(resolve, "image/jpeg", 0.8));
  const text = await askServer(picture);
  await new Promise((resolve) => setTimeout(resolve, 700 - FRAME_PAUSE)); // about one request a second
  return text;
};

/** Let the verification page read the code on a picture. */
async function readPhotoByServer(picture) {
  const body = new FormData();
  body.append("photo", picture, "frame.jpg");
  const answer = await fetch("/verify/photo", { method: "POST", body, headers: { Accept: "application/json" } });
  return answer.ok ? (await answer.json()).text : "";
}
