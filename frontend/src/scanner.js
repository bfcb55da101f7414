// The door: a code from the camera, from a hand scanner or typed, one question to the server, one big answer.
import { startCamera } from "./_camera.js";
import { csrfToken, onContent, randomHex } from "./_page.js";
import { listenForWedge } from "./_wedge.js";

const REARM_MS = 2000;
const GONE_AFTER_MS = 1200;
const SHOWN_FOR_MS = 12000;
const TIMEOUT_MS = 8000;

let audio;
function sound(admitted) {
  try {
    audio ??= new AudioContext();
    const start = audio.currentTime;
    for (const [index, pitch] of (admitted ? [880, 1320] : [220, 180]).entries()) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = pitch;
      tone.type = admitted ? "sine" : "square";
      volume.gain.setValueAtTime(admitted ? 0.2 : 0.1, start + index * 0.14);
      volume.gain.exponentialRampToValueAtTime(0.001, start + index * 0.14 + 0.13);
      tone.connect(volume).connect(audio.destination);
      tone.start(start + index * 0.14);
      tone.stop(start + index * 0.14 + 0.14);
    }
  } catch {
    // Sound is a courtesy; some browsers refuse it before the first touch
  }
  navigator.vibrate?.(admitted ? 60 : [120, 80, 120]);
}

async function ask(url, code, nonce) {
  const answer = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify({ code, nonce }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (answer.redirected || answer.status === 401) {
    location.reload();
    return null;
  }
  return answer.json();
}

function setUp(section) {
  if (section.dataset.scanner === "on") return;
  section.dataset.scanner = "on";
  const result = section.querySelector("[data-scan-result]");
  const form = section.querySelector("[data-scan-form]");
  const input = form?.querySelector("[name=code]");
  const video = section.querySelector("video");
  const viewfinder = video?.closest(".viewfinder");
  const waiting = result.innerHTML;
  const url = section.dataset.url ?? form.action;
  let busy = false;
  let inView = null;
  let lastSeen = 0;
  let shownTimer;

  const show = (html, admitted) => {
    result.innerHTML = html;
    clearTimeout(shownTimer);
    shownTimer = setTimeout(() => { if (!busy) result.innerHTML = waiting; }, SHOWN_FOR_MS);
    if (admitted !== null && section.dataset.silent === undefined) sound(admitted);
  };
  const fromTemplate = (name) => section.querySelector(`template[data-when="${name}"]`)?.innerHTML ?? "";

  /** The nonce goes with every try of this scan, so that a lost answer is not a second visit. */
  async function submit(code) {
    if (busy || !code) return;
    busy = true;
    result.setAttribute("aria-busy", "true");
    const nonce = randomHex();
    try {
      let answer;
      try {
        answer = await ask(url, code, nonce);
      } catch {
        answer = await ask(url, code, nonce);
      }
      if (!answer) return;
      if (answer.html) show(answer.html, answer.admitted === true);
      else {
        show(fromTemplate("refused"), false);
        const sentence = result.querySelector("[data-message]");
        if (sentence && answer.message) sentence.textContent = answer.message;
      }
      section.dispatchEvent(new CustomEvent("scan:answered", { bubbles: true, detail: answer }));
    } catch {
      show(fromTemplate("unreachable"), false);
    } finally {
      result.removeAttribute("aria-busy");
      setTimeout(() => { busy = false; }, REARM_MS);
    }
  }

  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = input.value.trim();
    input.value = "";
    submit(code);
  });
  listenForWedge((code) => submit(code.trim()), input);

  const state = (name) => {
    if (!viewfinder) return;
    viewfinder.dataset.state = name;
    for (const panel of viewfinder.querySelectorAll("[data-camera-state]")) panel.hidden = panel.dataset.cameraState !== name;
  };

  /** A code that stays before the camera is one scan: it counts again only after it was out of view. */
  const seen = (code) => {
    const at = performance.now();
    if (code === null) {
      if (at - lastSeen > GONE_AFTER_MS) inView = null;
      return;
    }
    lastSeen = at;
    if (code === inView || busy) return;
    inView = code;
    submit(code);
  };

  async function start() {
    state("asking");
    try {
      const stop = await startCamera(video, section.dataset.wasmUrl, seen);
      state("scanning");
      addEventListener("pagehide", stop, { once: true });
    } catch (problem) {
      state({ NotAllowedError: "denied", NotFoundError: "missing", NotSupportedError: "insecure" }[problem.name] ?? "failed");
    }
  }

  if (!video) return;
  section.addEventListener("click", (event) => { if (event.target.closest("[data-camera-start]")) start(); });
  state("off");
  // Allowed before means no question now: start at once
  navigator.permissions?.query({ name: "camera" }).then((permission) => { if (permission.state === "granted") start(); }, () => {});
}

onContent((root) => {
  for (const section of root.querySelectorAll("[data-scanner]")) setUp(section);
});
