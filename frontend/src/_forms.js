// Forms on a bad connection: pressed once, sent once, and what was typed is never lost.
import { canSend } from "./_connection.js";
import { notify, onContent, text } from "./_page.js";

const PREFIX = "clubsales.draft:";
const NEVER_KEPT = "[type=password], [type=file], [name=csrf_token], [data-not-kept]";
const RELEASE_AFTER_MS = 15000;
const KEPT_FOR_MS = 15 * 60 * 1000;

const storageKey = (form) => `${PREFIX}${location.pathname}#${form.getAttribute("id") || form.getAttribute("action") || ""}`;

function readDraft(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

function writeDraft(key, draft) {
  try {
    sessionStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Storage full or refused: the form still works, it is only not kept
  }
}

const kept = (form) => [...form.elements].filter((element) => element.name && !element.matches(NEVER_KEPT) && element.type !== "submit");

function keep(form, sent) {
  const values = kept(form).map((element) => [element.name, element.type === "radio" || element.type === "checkbox" ? [element.value, element.checked] : element.value]);
  writeDraft(storageKey(form), { sent, values, path: location.pathname, at: Date.now() });
}

/** Fills the form again. The submission key comes back only if the form was sent and no answer came: the server may know it. */
function restore(form, { sent, values }) {
  const elements = kept(form);
  let changed = false;
  for (const [name, value] of values) {
    if (name === "submission_key" && (!sent || refused)) continue;
    for (const element of elements.filter((candidate) => candidate.name === name)) {
      if (Array.isArray(value)) {
        if (element.value === value[0] && element.checked !== value[1]) {
          element.checked = value[1];
          changed = true;
        }
      } else if (element.type !== "radio" && element.type !== "checkbox" && element.value !== value) {
        element.value = value;
        changed ||= element.type !== "hidden";
      }
    }
  }
  if (changed && !refused) notify(text(sent ? "notSentRestored" : "restored"), { seconds: 8, key: "restored" });
}

/** How we came here: "navigate", "reload" or "back_forward". */
const navigation = performance.getEntriesByType("navigation")[0];
const arrival = navigation?.type ?? "navigate";

/** A refusal sends people back to the form with a sentence; what they typed comes back with it. */
const refused = document.querySelector(".flash.error") !== null;

/** The page of ours that led here; null when we came from elsewhere, such as a payment page. */
function cameFrom() {
  const from = document.referrer && new URL(document.referrer);
  return from && from.origin === location.origin ? from.pathname : null;
}

/** A sent form got its answer when this page follows from it; then its draft is done with. Where a browser hides that, the
 * redirect behind every answer tells: an address typed after an error page comes without one. */
function forgetAnswered() {
  const from = cameFrom();
  for (const key of Object.keys(sessionStorage)) {
    if (!key.startsWith(PREFIX)) continue;
    const draft = readDraft(key);
    const answered = draft?.sent && arrival === "navigate" && (from === null ? navigation?.redirectCount > 0 : from === draft.path);
    if (!draft || answered || Date.now() - draft.at > KEPT_FOR_MS) sessionStorage.removeItem(key);
  }
}

if (!refused) {
  try {
    forgetAnswered();
  } catch {
    // No storage, nothing to forget
  }
}

/** A step back to a money form is the same form as before: sent once more, it is the same sale and no second one. */
function keepItsKey(form) {
  const key = form.elements.submission_key;
  const name = `key:${form.id}`;
  const before = arrival === "back_forward" && history.state?.[name];
  if (before) key.value = before;
  else history.replaceState({ ...history.state, [name]: key.value }, "");
}

onContent((root) => {
  for (const form of root.querySelectorAll("form[data-guarded]")) {
    if (form.dataset.guarded === "on") continue;
    form.dataset.guarded = "on";
    if (form.dataset.once !== undefined) keepItsKey(form);
    const draft = readDraft(storageKey(form));
    if (draft && (arrival !== "navigate" || draft.sent)) restore(form, draft);
    form.addEventListener("input", () => keep(form, false));
  }
});

function release(form) {
  delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy=true]")) {
    if (button.form === form) {
      button.removeAttribute("aria-busy");
      button.disabled = false;
    }
  }
}

function hold(form, submitter) {
  form.dataset.sent = "";
  // Only after the browser has collected the fields: a disabled button would not be sent
  setTimeout(() => {
    if (submitter && form.dataset.sent !== undefined) {
      submitter.setAttribute("aria-busy", "true");
      submitter.disabled = true;
    }
  });
  setTimeout(() => release(form), RELEASE_AFTER_MS);
}

async function sendWhenReachable(form, submitter) {
  // A form that is being submitted ignores requestSubmit: wait until this event is over
  await new Promise((done) => { setTimeout(done); });
  if (await canSend()) {
    form.dataset.checked = "";
    delete form.dataset.sent;
    form.requestSubmit(submitter ?? undefined);
    return;
  }
  delete form.dataset.sent;
  notify(text("notSent"), { seconds: 10, key: "not-sent" });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post" || form.matches("[data-scan-form], [hx-post]")) return;
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
    return;
  }
  if (form.dataset.guarded === "on" && form.dataset.checked === undefined) {
    event.preventDefault();
    form.dataset.sent = "";
    keep(form, false);
    sendWhenReachable(form, event.submitter);
    return;
  }
  delete form.dataset.checked;
  if (form.dataset.guarded === "on") keep(form, true);
  hold(form, event.submitter);
});

addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) release(form);
});

// Small choices that need no button, such as a filter or the language
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form?.requestSubmit();
});
