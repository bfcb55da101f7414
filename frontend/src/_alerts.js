// A guest has come: the page sounds, shakes and counts in its title; with "Alert me on this device" also when it is closed.
import { csrfToken, notify, onContent, within } from "./_page.js";

const SILENT = "clubsales.silent";
const known = new Set();
let audio;
let first = true;

const isSilent = () => localStorage.getItem(SILENT) === "1";
const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// Browsers give no sound before somebody touched the page
addEventListener("pointerdown", () => { try { audio ??= new AudioContext(); } catch { audio = null; } }, { once: true });

function ring() {
  if (isSilent()) return;
  if (audio) {
    audio.resume();
    const start = audio.currentTime;
    for (const [index, pitch] of [660, 880, 660, 880].entries()) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.2, start + index * 0.18);
      volume.gain.exponentialRampToValueAtTime(0.001, start + index * 0.18 + 0.17);
      tone.connect(volume).connect(audio.destination);
      tone.start(start + index * 0.18);
      tone.stop(start + index * 0.18 + 0.18);
    }
  }
  if (!isCalm() && navigator.userActivation?.hasBeenActive) navigator.vibrate?.([160, 90, 160]);
}

/** What asks for somebody on this page now; something new rings, all of it stands in the title. */
function look() {
  const now = new Set([...document.querySelectorAll("[data-alert]")].map((element) => element.dataset.alert));
  const fresh = [...now].some((key) => !known.has(key));
  known.clear();
  for (const key of now) known.add(key);
  const title = document.title.replace(/^\(\d+\) /, "");
  document.title = now.size ? `(${now.size}) ${title}` : title;
  if (fresh && !first) ring();
  first = false;
}

// --- "Alert me on this device" ---

const canPush = () => "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis && isSecureContext;

const bytesOf = (base64) => Uint8Array.from(atob(base64.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

async function tell(url, method, body) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() };
  const answer = await fetch(url, { method, headers, credentials: "same-origin", body: JSON.stringify(body), signal: AbortSignal.timeout(8000) });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.message ?? "");
}

async function subscription() {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return registration ? registration.pushManager.getSubscription() : null;
}

function show(section, state) {
  section.dataset.state = state;
  for (const part of section.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(state);
  section.querySelector("[data-alert-switch]").setAttribute("aria-checked", state === "on" || state === "page" ? "true" : "false");
  section.hidden = false;
}

/** on: also when the page is closed; page: only while it is open; blocked: the browser says no; off: silent. */
async function stateOf() {
  if (isSilent()) return "off";
  if (!canPush()) return "page";
  if (Notification.permission === "denied") return "blocked";
  return (await subscription().catch(() => null)) ? "on" : "ready";
}

async function switchOn(section) {
  localStorage.removeItem(SILENT);
  if (!canPush()) return;
  if ((await Notification.requestPermission()) !== "granted") return;
  const registration = await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  await navigator.serviceWorker.ready;
  const { key } = await (await fetch(section.dataset.keyUrl, { headers: { Accept: "application/json" }, credentials: "same-origin" })).json();
  let made = await registration.pushManager.getSubscription();
  const same = made?.options?.applicationServerKey && btoa(String.fromCharCode(...new Uint8Array(made.options.applicationServerKey))) === btoa(String.fromCharCode(...bytesOf(key)));
  if (made && !same) {
    await made.unsubscribe();
    made = null;
  }
  made ??= await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
  await tell(section.dataset.url, "POST", made.toJSON());
}

async function switchOff(section) {
  localStorage.setItem(SILENT, "1");
  if (!canPush()) return;
  const made = await subscription();
  if (!made) return;
  await tell(section.dataset.url, "DELETE", { endpoint: made.endpoint });
  await made.unsubscribe();
}

async function press(section) {
  const button = section.querySelector("[data-alert-switch]");
  if (button.disabled) return;
  button.disabled = true;
  const on = ["on", "page"].includes(section.dataset.state);
  try {
    await (on ? switchOff(section) : switchOn(section));
    show(section, await stateOf());
    if (!on && section.dataset.state === "ready") notify(section.dataset.notTold, { seconds: 6 });
  } catch (problem) {
    // Without a push service the page itself still sounds
    show(section, on ? "off" : "page");
    notify(problem.name === "Error" && problem.message ? problem.message : section.dataset.notTold, { seconds: 6 });
  } finally {
    button.disabled = false;
  }
}

async function setUp(section) {
  if (section.dataset.state) return;
  section.dataset.state = "asked";
  section.querySelector("[data-alert-switch]").addEventListener("click", () => press(section));
  const state = await stateOf();
  show(section, state);
  if (state !== "on") return;
  // The browser may have been given to somebody else meanwhile: once a sitting the server is told whose it is
  const made = await subscription();
  const key = `clubsales.told:${section.dataset.account}`;
  if (!made || sessionStorage.getItem(key)) return;
  tell(section.dataset.url, "POST", made.toJSON()).then(() => sessionStorage.setItem(key, "1"), () => {});
}

onContent((root) => {
  for (const section of within(root, "[data-alerts]")) setUp(section);
  look();
});
