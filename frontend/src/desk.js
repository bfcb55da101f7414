// The desk: what a hand scanner types or the camera sees goes into the field for codes, and is read at once.
import { listenForWedge } from "./_wedge.js";

const form = document.getElementById("new-guest");
const field = form.elements.code;
const dialog = document.getElementById("camera");
const video = dialog.querySelector("video");
let stop = null;

function take(text) {
  field.value = text;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

listenForWedge((text) => take(text.trim()), field);

// Enter in the field reads the code; it does not give the guest away yet
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  take(field.value.trim());
});

// What was read stands in the preview from now on
document.addEventListener("htmx:after:swap", () => {
  if (document.querySelector("#preview [data-code-taken]")) field.value = "";
});

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-drop]");
  if (!button) return;
  const pass = button.closest("[data-pass]");
  if (pass) pass.remove();
  else form.querySelector("#preview [name=person]")?.remove();
  form.dispatchEvent(new Event("change", { bubbles: true }));
});

function load(address) {
  return new Promise((done, failed) => {
    if (globalThis.clubsalesCamera) return done();
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => done();
    script.onerror = () => failed(new Error("not loaded"));
    document.head.append(script);
    return undefined;
  });
}

form.querySelector("[data-camera]").addEventListener("click", async () => {
  const problem = dialog.querySelector("[data-camera-problem]");
  problem.hidden = true;
  dialog.showModal();
  try {
    await load(form.dataset.cameraSrc);
    const started = await globalThis.clubsalesCamera(video, form.dataset.wasmUrl, (text) => {
      if (!text || !dialog.open) return;
      dialog.close();
      take(text);
    });
    if (dialog.open) stop = started;
    else started();
  } catch {
    problem.hidden = false;
  }
});

dialog.addEventListener("close", () => {
  stop?.();
  stop = null;
});
