// Small things one tap does: copy, print, open and close, keep the screen awake.
import { notify, onContent, text, within } from "./_page.js";

async function copy(value) {
  try {
    await navigator.clipboard.writeText(value);
  } catch {
    // Without HTTPS there is no clipboard interface; the old way still works
    const area = Object.assign(document.createElement("textarea"), { value, readOnly: true, className: "visually-hidden" });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) return;
  }
  notify(text("copied"), { seconds: 3, key: "copied" });
}

// The device's own way of sending a link on; where it has none, copying is left
async function share(url) {
  try {
    await navigator.share({ url });
  } catch (error) {
    if (error.name !== "AbortError") copy(url);
  }
}
onContent((root) => {
  if (navigator.share) for (const button of within(root, "[data-share]")) button.hidden = false;
});

/** Types a value into the first field a selector finds, as a person would. */
function fill(selector, value) {
  const field = document.querySelector(selector);
  if (!field) return;
  field.value = value;
  for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
  field.focus();
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-copy], [data-share], [data-fills], [data-print], [data-opens], [data-closes], [data-dismiss], [data-reload]");
  if (pressed?.dataset.copy !== undefined) copy(pressed.dataset.copy);
  else if (pressed?.dataset.share !== undefined) share(pressed.dataset.share);
  else if (pressed?.dataset.fills !== undefined) fill(pressed.dataset.fills, pressed.dataset.value);
  else if (pressed?.dataset.print !== undefined) print();
  else if (pressed?.dataset.opens !== undefined) document.getElementById(pressed.dataset.opens)?.showModal();
  else if (pressed?.dataset.closes !== undefined) pressed.closest("dialog")?.close();
  else if (pressed?.dataset.dismiss !== undefined) pressed.closest(".flash")?.remove();
  else if (pressed?.dataset.reload !== undefined) location.reload();
  if (event.target.matches("dialog[open]")) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

let wakeLock = null;
async function keepAwake() {
  if (document.hidden || wakeLock || !document.querySelector("[data-keep-awake]") || !navigator.wakeLock) return;
  try {
    wakeLock = await navigator.wakeLock.request("screen");
    wakeLock.addEventListener("release", () => { wakeLock = null; });
  } catch {
    // Battery saving may refuse it
  }
}
document.addEventListener("visibilitychange", keepAwake);
onContent((root) => {
  if (within(root, "[data-keep-awake]").length) keepAwake();
});
