// A split of credit: a slider in steps beside the exact share, what it is in money, and whether all of it is a whole.
import { language, onContent } from "./_page.js";

const WHOLE = 10000;

/** Basis points of what was typed; NaN for what is no share. */
function pointsOf(typed) {
  const plain = typed.trim().replace(/[%％]$/, "").trim().replace(/[,，]/, ".");
  if (plain === "") return 0;
  return /^\d{1,3}(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : NaN;
}

/** Largest remainder, ties to the first: the way the server splits, to the cent. */
function allocate(amount, weights) {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!total) return weights.map(() => 0);
  const parts = weights.map((weight) => Number((BigInt(amount) * BigInt(weight)) / BigInt(total)));
  const rest = weights.map((weight, place) => [Number((BigInt(amount) * BigInt(weight)) % BigInt(total)), place]);
  rest.sort((one, other) => other[0] - one[0] || one[1] - other[1]);
  const missing = amount - parts.reduce((sum, part) => sum + part, 0);
  for (const [, place] of rest.slice(0, missing)) parts[place] += 1;
  return parts;
}

function setUp(form) {
  if (form.dataset.split === "on") return;
  form.dataset.split = "on";
  const rows = [...form.querySelectorAll("[data-split-row]")].map((row) => ({
    share: row.querySelector("[data-split-share]"),
    slider: row.querySelector("[data-split-slider]"),
    amount: row.querySelector("[data-split-amount]"),
  }));
  const together = form.querySelector("[data-split-sum]");
  const money = new Intl.NumberFormat(language, { style: "currency", currency: form.dataset.currency, currencyDisplay: "narrowSymbol" });
  const digits = money.resolvedOptions().maximumFractionDigits;
  const shown = (minor) => money.format(minor / 10 ** digits);

  function draw() {
    const points = rows.map(({ share }) => pointsOf(share.value));
    const sum = points.reduce((all, one) => all + one, 0);
    const right = sum === WHOLE && points.every((one) => one <= WHOLE);
    const earned = allocate(Number(form.dataset.earned), points.map((one) => one || 0));
    const returned = allocate(Number(form.dataset.refunded), points.map((one) => one || 0));
    for (const [place, { slider, amount }] of rows.entries()) {
      slider.value = (points[place] || 0) / 100;
      amount.textContent = right ? shown(earned[place] - returned[place]) : "";
    }
    together.hidden = false;
    together.textContent = right ? together.dataset.right : together.dataset.wrong.replace("{sum}", Number.isNaN(sum) ? "?" : String(sum / 100));
  }

  for (const [place, { share, slider }] of rows.entries()) {
    slider.hidden = false;
    slider.addEventListener("input", () => {
      share.value = slider.value;
      // Between two, what one gains the other loses
      const others = rows.filter((row, other) => other !== place && (pointsOf(row.share.value) || other < 2));
      if (others.length === 1) others[0].share.value = String(100 - Number(slider.value));
      draw();
    });
    share.addEventListener("input", draw);
  }
  draw();
  // After "back" the browser puts in again what was typed, later than this
  addEventListener("pageshow", draw);
}

onContent((root) => {
  for (const form of root.querySelectorAll("form[data-split]")) setUp(form);
});
