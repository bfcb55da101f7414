// What every module needs of the page: its texts, its token, and a way to run again on HTML that arrives later.

const setups = [];

/** Registers `setup(root)`, to be run on the page and on every piece of HTML put into it later. */
export function onContent(setup) {
  setups.push(setup);
  if (document.readyState !== "loading") setup(document);
}

export function contentArrived(root) {
  for (const setup of setups) setup(root);
}

/** All elements in `root` that match, `root` itself among them. */
export function within(root, selector) {
  const found = [...root.querySelectorAll(selector)];
  if (root instanceof Element && root.matches(selector)) found.unshift(root);
  return found;
}

export const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** A text of the page in the reader's language; the server writes them as data attributes of #texts. */
export const text = (name) => document.getElementById("texts")?.dataset[name] ?? "";

export const language = document.documentElement.lang || "en";

let noticeTimer;

/** Shows one calm line at the foot of the page; without `seconds` it stays until it is cleared. */
export function notify(message, { seconds = 0, key = "message" } = {}) {
  const place = document.getElementById("notice");
  if (!place || !message) return;
  clearTimeout(noticeTimer);
  if (place.textContent !== message) place.textContent = message;
  place.dataset.key = key;
  place.hidden = false;
  if (seconds) noticeTimer = setTimeout(() => clearNotice(key), seconds * 1000);
}

export function isShown(key) {
  const place = document.getElementById("notice");
  return place !== null && !place.hidden && place.dataset.key === key;
}

export function clearNotice(key) {
  if (isShown(key)) {
    const place = document.getElementById("notice");
    place.hidden = true;
    place.textContent = "";
  }
}

export function randomHex(bytes = 16) {
  // crypto.randomUUID is missing where the page is not served over HTTPS
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
