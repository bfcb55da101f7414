// A signature drawn on the screen: kept as strokes in a box of fixed size, sent as SVG path data in a hidden field.
import SignaturePad from "signature_pad";
import { onContent, within } from "./_page.js";

const WIDTH = 600;
const MOST_POINTS = 2500;
const PEN = { penColor: "#111", minWidth: 0.8, maxWidth: 2.4 };

/** The strokes as path data of whole numbers; of a very long one every n-th point. */
function pathOf(strokes, scale) {
  const points = strokes.reduce((sum, stroke) => sum + stroke.points.length, 0);
  const step = Math.ceil(points / MOST_POINTS) || 1;
  return strokes
    .map(({ points: all }) => {
      const kept = all.filter((_, place) => place % step === 0 || place === all.length - 1);
      const places = kept.map(({ x, y }) => `${clamp(x * scale, WIDTH)} ${clamp(y * scale, WIDTH / 3)}`);
      const different = places.filter((place, index) => place !== places[index - 1]);
      return `M${different.join("L")}`;
    })
    .join("");
}

/** The strokes of path data of ours, for a pad; of anything else none. */
function strokesOf(path, scale) {
  if (!/^(?:M\d+ \d+(?:L\d+ \d+)*)+$/.test(path)) return [];
  return path.slice(1).split("M").map((stroke) => ({
    ...PEN,
    points: stroke.split("L").map((point, index) => {
      const [x, y] = point.split(" ").map(Number);
      return { x: x * scale, y: y * scale, pressure: 0.5, time: index * 16 };
    }),
  }));
}

const clamp = (value, most) => Math.min(Math.max(Math.round(value), 0), most);

function setUp(box) {
  if (box.dataset.signature === "on") return;
  box.dataset.signature = "on";
  const canvas = box.querySelector("canvas");
  const field = box.querySelector("input[type=hidden]");
  const missing = box.querySelector("[data-signature-missing]");
  const pad = new SignaturePad(canvas, { ...PEN, minDistance: 3 });
  let width = 0;

  function fit() {
    const now = canvas.offsetWidth;
    if (!now || now === width) return;
    const strokes = width ? pad.toData() : strokesOf(field.value, now / WIDTH);
    const grown = width ? now / width : 1;
    for (const stroke of strokes) for (const point of stroke.points) Object.assign(point, { x: point.x * grown, y: point.y * grown });
    width = now;
    const dense = Math.max(window.devicePixelRatio || 1, 1);
    canvas.width = now * dense;
    canvas.height = canvas.offsetHeight * dense;
    canvas.getContext("2d").scale(dense, dense);
    pad.clear();
    pad.fromData(strokes);
  }

  function keep() {
    field.value = pad.isEmpty() ? "" : pathOf(pad.toData(), WIDTH / width);
    if (field.value) missing.hidden = true;
  }

  fit();
  new ResizeObserver(fit).observe(canvas);
  pad.addEventListener("endStroke", keep);
  box.querySelector("[data-signature-clear]").addEventListener("click", () => {
    pad.clear();
    keep();
  });
  field.form?.addEventListener(
    "submit",
    (event) => {
      keep();
      if (field.value) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      missing.hidden = false;
      canvas.scrollIntoView({ block: "center" });
    },
    { capture: true },
  );
}

onContent((root) => within(root, "[data-signature]").forEach(setUp));
