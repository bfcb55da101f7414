// Whether the server can be reached, as far as we know, and a cheap way to ask.
import { clearNotice, isShown, notify, text } from "./_page.js";

const FRESH_FOR_MS = 8000;
let lastContact = Date.now();
let lost = false;

export function reached() {
  lastContact = Date.now();
  if (!lost) return;
  lost = false;
  clearNotice("connection");
  for (const region of document.querySelectorAll("[data-stale]")) region.removeAttribute("data-stale");
}

export function unreachable(message = text("connectionLost")) {
  lost = true;
  // That a form was not sent is the more urgent word
  if (!isShown("not-sent")) notify(message, { key: "connection" });
}

export const isLost = () => lost || navigator.onLine === false;

/** True when the server has just answered, or answers now. */
export async function canSend() {
  if (navigator.onLine === false) return false;
  if (!lost && Date.now() - lastContact < FRESH_FOR_MS) return true;
  const url = document.getElementById("texts")?.dataset.pingUrl;
  if (!url) return true;
  try {
    await fetch(url, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(4000) });
    reached();
    return true;
  } catch {
    return false;
  }
}

addEventListener("offline", () => {
  // The moving code says it in its own words
  if (!document.querySelector("[data-moving-code]")) unreachable();
});
addEventListener("online", () => { if (lost) canSend(); });
