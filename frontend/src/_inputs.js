// Typing made easy: phone numbers in groups, a PIN by big keys.
import { onContent, within } from "./_page.js";

/** Groups a Chinese mobile number 3-4-4, with or without +86; leaves everything else as typed. */
export function groupPhone(typed) {
  const match = /^(\+?86)?(1\d{0,10})$/.exec(typed.replace(/[\s-]/g, ""));
  if (!match) return typed;
  const [, country, number] = match;
  const groups = [number.slice(0, 3), number.slice(3, 7), number.slice(7)].filter(Boolean).join(" ");
  return country ? `${country} ${groups}` : groups;
}

function groupKeepingCaret(input) {
  const grouped = groupPhone(input.value);
  if (grouped === input.value) return;
  const signs = input.value.slice(0, input.selectionStart ?? input.value.length).replace(/\s/g, "").length;
  input.value = grouped;
  let caret = 0;
  for (let seen = 0; caret < grouped.length && seen < signs; caret += 1) if (grouped[caret] !== " ") seen += 1;
  if (document.activeElement === input) input.setSelectionRange(caret, caret);
}

function setUpPinPad(form) {
  if (form.dataset.pinPad === "on") return;
  form.dataset.pinPad = "on";
  const input = form.querySelector("input[type=password]");
  const length = Number(form.dataset.length ?? 0);
  const limit = input.maxLength > 0 ? input.maxLength : 12;
  const changed = () => {
    const digits = input.value.replace(/\D/g, "");
    if (digits !== input.value) input.value = digits;
    if (length && digits.length === length) form.requestSubmit();
  };
  form.addEventListener("click", (event) => {
    const key = event.target.closest("[data-digit], [data-backspace]");
    if (!key) return;
    input.value = key.dataset.digit === undefined ? input.value.slice(0, -1) : (input.value + key.dataset.digit).slice(0, limit);
    changed();
  });
  input.addEventListener("input", changed);
  // On a touch screen the keys are on the page: focusing would raise the system keyboard over them
  if (matchMedia("(pointer: fine)").matches) input.focus();
}

/** What is chosen has one amount only: it is filled in, and taken out again with another choice. */
function fillFixed(select) {
  const amounts = JSON.parse(select.dataset.fixed);
  const { amount } = select.form.elements;
  if (amounts[select.value]) amount.value = amounts[select.value];
  else if (Object.values(amounts).includes(amount.value)) amount.value = "";
}

onContent((root) => {
  for (const select of within(root, "select[data-fixed]")) {
    if (select.dataset.fixing === "on") continue;
    select.dataset.fixing = "on";
    select.addEventListener("change", () => fillFixed(select));
  }
  for (const input of within(root, "input[data-phone]")) {
    if (input.dataset.phone === "on") continue;
    input.dataset.phone = "on";
    groupKeepingCaret(input);
    input.addEventListener("input", (event) => { if (!event.isComposing) groupKeepingCaret(input); });
  }
  for (const form of within(root, "form[data-pin-pad]")) setUpPinPad(form);
});
