// Regions that keep themselves fresh: <section id="board" data-poll="/desk/board" data-etag='W/"7"'>.
import { isLost, reached, unreachable } from "./_connection.js";
import { contentArrived, onContent } from "./_page.js";

const EVERY_MS = 2500;
const SLOWEST_MS = 10000;
const FAILURES_BEFORE_NOTICE = 2;
const live = new WeakSet();

/** A finger that is down would lose its press if the button under it were replaced. */
let pointerDown = false;
addEventListener("pointerdown", () => { pointerDown = true; }, true);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(() => { pointerDown = false; }, 350), true);

function isBusy(region) {
  const focused = region.contains(document.activeElement) ? document.activeElement : null;
  const typing = focused?.matches("textarea, select, input:not([type=radio], [type=checkbox])");
  return pointerDown || typing || region.querySelector("dialog[open], form[data-sent]") !== null;
}

const keyOf = (element) => element.id || element.dataset.key || element.getAttribute("name") || element.getAttribute("href") || "";

function pathOf(element, region) {
  const steps = [];
  for (let at = element; at && at !== region; at = at.parentElement) steps.unshift([...at.parentElement.children].indexOf(at));
  return steps;
}

function findAgain(region, { tag, key, path }) {
  if (key) {
    const same = [...region.getElementsByTagName(tag)].find((element) => keyOf(element) === key);
    if (same) return same;
  }
  const there = path.reduce((at, step) => at?.children[step], region);
  return there?.tagName === tag && keyOf(there) === key ? there : null;
}

const describe = (element, region) => ({ tag: element.tagName, key: keyOf(element), path: pathOf(element, region) });

/** Puts new HTML into the region; what was open stays open, what had the focus keeps it. */
export function swap(region, html) {
  const opened = [...region.querySelectorAll("details[open]")].map((element) => describe(element, region));
  const focused = region.contains(document.activeElement) && document.activeElement !== region ? describe(document.activeElement, region) : null;
  const scrolled = [...region.querySelectorAll("[data-keep-scroll]")].map((element) => [describe(element, region), element.scrollTop, element.scrollLeft]);
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const [only] = fresh.content.children;
  const wrapped = fresh.content.children.length === 1 && region.id && only.id === region.id;
  region.replaceChildren(...(wrapped ? only.childNodes : fresh.content.childNodes));
  for (const place of opened) findAgain(region, place)?.setAttribute("open", "");
  if (focused) findAgain(region, focused)?.focus({ preventScroll: true });
  for (const [place, top, left] of scrolled) findAgain(region, place)?.scrollTo(left, top);
  contentArrived(region);
}

/** Signed out, or no longer allowed: the whole page knows what to show. At most once a minute, or it would never end. */
function startOver() {
  const key = `clubsales.started-over:${location.pathname}`;
  const last = Number(sessionStorage.getItem(key) ?? 0);
  if (Date.now() - last < 60000) throw new Error("started over a moment ago");
  sessionStorage.setItem(key, String(Date.now()));
  location.reload();
}

function watch(region) {
  if (live.has(region)) return;
  live.add(region);
  let etag = region.dataset.etag ?? "";
  let failures = 0;
  let timer;
  let asking = false;

  const again = (wait) => {
    clearTimeout(timer);
    if (region.isConnected) timer = setTimeout(ask, wait);
  };

  async function ask() {
    if (asking || document.hidden || !region.isConnected) return;
    if (isBusy(region)) return again(EVERY_MS / 2);
    asking = true;
    try {
      const headers = { "X-Poll": "1", "X-Requested-With": "XMLHttpRequest", ...(etag && { "If-None-Match": etag }) };
      const answer = await fetch(region.dataset.poll, { headers, cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(10000) });
      if (answer.headers.get("HX-Redirect")) return location.assign(answer.headers.get("HX-Redirect"));
      if (answer.redirected || answer.status === 401 || answer.status === 403) return startOver();
      if (answer.status === 200) {
        const html = await answer.text();
        if (isBusy(region)) return again(EVERY_MS / 2);
        etag = answer.headers.get("ETag") ?? "";
        swap(region, html);
      } else if (answer.status !== 304) {
        throw new Error(`answered ${answer.status}`);
      }
      failures = 0;
      reached();
      if (!region.querySelector("[data-poll-done]")) again(Number(region.dataset.every ?? 0) * 1000 || EVERY_MS);
    } catch {
      failures += 1;
      if (failures >= FAILURES_BEFORE_NOTICE || isLost()) {
        region.setAttribute("data-stale", "");
        unreachable();
      }
      again(Math.min(EVERY_MS * 2 ** Math.min(failures - 1, 4), SLOWEST_MS));
    } finally {
      asking = false;
    }
    return undefined;
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden) again(0); });
  addEventListener("online", () => again(0));
  again(EVERY_MS);
}

onContent((root) => {
  for (const region of root.querySelectorAll("[data-poll]")) watch(region);
});
