// A plan: what its parts add up to, beside their whole, while one types.
import { language, onContent } from "./_page.js";

/** Units of what was typed, such as fen; NaN for what is no figure, null for nothing. */
function unitsOf(typed, digits) {
  const plain = typed.normalize("NFKC").replace(/[, ¥%]/g, "").trim();
  if (plain === "") return null;
  if (!/^\d{1,11}(\.\d{1,3})?$/.test(plain)) return NaN;
  const [whole, rest = ""] = plain.split(".");
  if (rest.length > digits) return NaN;
  return Number(whole + rest.padEnd(digits, "0"));
}

const among = (element, name) => (element.dataset[name] ?? "").split(" ").filter(Boolean);

function setUp(form) {
  if (form.dataset.plan === "on") return;
  form.dataset.plan = "on";
  const digits = Number(form.dataset.digits);
  const currency = form.dataset.currency;
  const inputs = [...form.querySelectorAll("input[data-parts], input[data-whole]")];

  function shown(units) {
    const value = units / 10 ** digits;
    const fraction = { minimumFractionDigits: Number.isInteger(value) ? 0 : digits, maximumFractionDigits: digits };
    if (!currency) return new Intl.NumberFormat(language, fraction).format(value);
    return new Intl.NumberFormat(language, { style: "currency", currency, currencyDisplay: "narrowSymbol", ...fraction }).format(value);
  }

  function draw() {
    for (const output of form.querySelectorAll("output[data-sum]")) {
      const group = output.dataset.sum;
      const whole = inputs.filter((input) => among(input, "whole").includes(group)).map((input) => unitsOf(input.value, digits))[0] ?? null;
      const typed = inputs.filter((input) => among(input, "parts").includes(group)).map((input) => unitsOf(input.value, digits));
      const parts = typed.map((one) => one ?? 0);
      output.parentElement.hidden = typed.every((one) => one === null);
      const sum = parts.reduce((all, one) => all + one, 0);
      if (Number.isNaN(sum) || Number.isNaN(whole)) {
        output.textContent = "";
        continue;
      }
      const rest = whole === null ? 0 : sum - whole;
      const words = whole === null ? "open" : rest === 0 ? "right" : rest > 0 ? "over" : "under";
      output.textContent = output.dataset[words].replace("{sum}", shown(sum)).replace("{rest}", shown(Math.abs(rest)));
      output.classList.toggle("strong", rest !== 0);
      output.classList.toggle("muted", rest === 0);
    }
  }

  form.addEventListener("input", draw);
  draw();
  // After "back" the browser puts in again what was typed, later than this
  addEventListener("pageshow", draw);
}

onContent((root) => {
  for (const form of root.querySelectorAll("form[data-plan]")) setUp(form);
});
