// Relative times with the exact one a tap away, and clocks that run down. Server time is the measure.
import { language, onContent } from "./_page.js";

const STEPS = [["minute", 60], ["hour", 3600], ["day", 86400], ["week", 604800], ["month", 2629800], ["year", 31557600]];
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: language.startsWith("zh") ? "long" : "short" });
const serverNow = Number(document.documentElement.dataset.now ?? 0) * 1000;
const skew = serverNow ? serverNow - Date.now() : 0;
const now = () => Date.now() + skew;

/** "now", "5 min ago", "in 2 days": the largest unit that fits. */
export function relativeText(instant) {
  const seconds = Math.round((instant - now()) / 1000);
  const size = Math.abs(seconds);
  if (size < 45) return relative.format(0, "second");
  const [unit, length] = STEPS.reduce((best, step) => (size >= step[1] * 0.95 ? step : best), STEPS[0]);
  return relative.format(Math.round(seconds / length) || Math.sign(seconds), unit);
}

function showRelative(element) {
  const instant = Date.parse(element.dateTime);
  if (Number.isNaN(instant)) return;
  element.dataset.exact ??= element.textContent.trim();
  if (element.dataset.showing === "exact") return;
  const shown = relativeText(instant);
  if (element.textContent !== shown) element.textContent = shown;
  element.title = element.dataset.exact;
}

/** mm:ss, or h:mm:ss from an hour on. */
export function clockText(seconds) {
  const left = Math.max(0, Math.ceil(seconds));
  const parts = [Math.floor(left / 60) % 60, left % 60].map((part) => String(part).padStart(2, "0"));
  return left >= 3600 ? [Math.floor(left / 3600), ...parts].join(":") : parts.join(":");
}

function showCountdown(element) {
  const left = (Date.parse(element.dataset.countdown) - now()) / 1000;
  if (Number.isNaN(left)) return;
  element.textContent = clockText(left);
  if (left <= 0 && element.dataset.over === undefined) {
    element.dataset.over = "";
    element.dispatchEvent(new CustomEvent("countdown:over", { bubbles: true }));
    if (element.dataset.whenOver === "reload") location.reload();
  }
}

document.addEventListener("click", (event) => {
  const time = event.target.closest(".when")?.querySelector("time[data-relative]");
  if (!time) return;
  const exact = time.dataset.showing !== "exact";
  time.dataset.showing = exact ? "exact" : "relative";
  time.textContent = exact ? time.dataset.exact : relativeText(Date.parse(time.dateTime));
});

const refresh = (root) => {
  for (const element of root.querySelectorAll("time[data-relative]")) showRelative(element);
  for (const element of root.querySelectorAll("[data-countdown]")) showCountdown(element);
};
onContent(refresh);
setInterval(() => { if (!document.hidden) for (const element of document.querySelectorAll("[data-countdown]")) showCountdown(element); }, 1000);
setInterval(() => { if (!document.hidden) refresh(document); }, 15000);
