// Reads QR codes from the camera: with the browser's own detector where there is one, else with zxing compiled to WebAssembly.
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

const BETWEEN_LOOKS_MS = 120;
const WIDEST_LOOK = 960;

async function nativeReader() {
  if (!("BarcodeDetector" in globalThis)) return null;
  try {
    if (!(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return null;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video)).map((found) => found.rawValue);
  } catch {
    return null;
  }
}

async function wasmReader(wasmUrl) {
  await prepareZXingModule({ overrides: { locateFile: (path, prefix) => (path.endsWith(".wasm") ? wasmUrl : prefix + path) }, fireImmediately: true });
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const scale = Math.min(1, WIDEST_LOOK / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const found = await readBarcodes(context.getImageData(0, 0, canvas.width, canvas.height), { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 });
    return found.filter((code) => code.isValid).map((code) => code.text);
  };
}

/** Starts looking; calls `onSeen(text | null)` for each look. Returns a function that stops. Raises what getUserMedia raises. */
export async function startCamera(video, wasmUrl, onSeen) {
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("No camera interface without HTTPS", "NotSupportedError");
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } }, audio: false });
  let running = true;
  const stop = () => {
    running = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  try {
    video.srcObject = stream;
    video.muted = true;
    await video.play();
    const read = (await nativeReader()) ?? (await wasmReader(wasmUrl));
    const look = async () => {
      if (!running) return;
      if (!document.hidden && video.readyState >= 2) {
        try {
          onSeen((await read(video))[0] ?? null);
        } catch {
          onSeen(null);
        }
      }
      setTimeout(look, BETWEEN_LOOKS_MS);
    };
    look();
  } catch (problem) {
    stop();
    throw problem;
  }
  return stop;
}
