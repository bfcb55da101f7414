// The member's moving code: a fresh one before the old runs out, and the truth when there is no connection.
import { onContent } from "./_page.js";

const LEAD_SECONDS = 4;
const RETRY_MS = 3000;

function setUp(section) {
  if (section.dataset.movingCode === "on") return;
  section.dataset.movingCode = "on";
  const code = section.querySelector("[data-code]");
  const bar = section.querySelector("progress");
  const offline = section.querySelector("[data-code-offline]");
  let lifetime = Number(section.dataset.seconds);
  let expiresAt = performance.now() + Number(section.dataset.left ?? lifetime) * 1000;
  let askedAt = -Infinity;
  let asking = false;
  let ended = false;

  async function refresh() {
    if (asking || ended || performance.now() - askedAt < RETRY_MS) return;
    asking = true;
    askedAt = performance.now();
    try {
      const answer = await fetch(section.dataset.url, { headers: { Accept: "application/json" }, cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(6000) });
      if (answer.status >= 500 || answer.status === 429) throw new Error(`answered ${answer.status}`);
      if (!answer.ok) {
        // The card itself changed (frozen, ended, link withdrawn): the page says it in full
        ended = true;
        location.reload();
        return;
      }
      const fresh = await answer.json();
      code.innerHTML = fresh.svg;
      lifetime = fresh.seconds;
      expiresAt = performance.now() + (fresh.left ?? fresh.seconds) * 1000;
      code.removeAttribute("data-expired");
      offline.hidden = true;
    } catch {
      offline.hidden = false;
    } finally {
      asking = false;
    }
  }

  function tick() {
    const left = (expiresAt - performance.now()) / 1000;
    if (bar) {
      bar.max = lifetime;
      bar.value = Math.max(0, Math.min(lifetime, left));
    }
    if (left <= 0) code.setAttribute("data-expired", "");
    if (left < LEAD_SECONDS && !document.hidden) refresh();
  }

  tick();
  setInterval(tick, 500);
  document.addEventListener("visibilitychange", tick);
  addEventListener("online", () => { askedAt = -Infinity; tick(); });
  // A page kept by the browser shows an old code: ask at once
  addEventListener("pageshow", (event) => { if (event.persisted) { expiresAt = 0; tick(); } });
}

onContent((root) => {
  for (const section of root.querySelectorAll("[data-moving-code]")) setUp(section);
});
