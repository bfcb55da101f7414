// The roster: a tap plans a day, a drag moves a shift. Changes are drawn at once and sent one after the other; none is lost.
import { reached, unreachable } from "./_connection.js";
import { contentArrived, csrfToken, notify, onContent } from "./_page.js";

const AGAIN_MS = 3000;
const PRESS_MS = 350;
const MOVED_PX = 8;

function setUp(form) {
  if (form.dataset.roster === "on") return;
  form.dataset.roster = "on";
  const shifts = JSON.parse(form.dataset.shifts);
  const state = form.querySelector("[data-roster-state]");
  const waiting = [];
  let sending = null;

  const cells = () => [...form.querySelectorAll("button.cell")];
  const cellOf = (key) => cells().find((cell) => cell.value === key);
  const brush = () => form.elements.brush.value;
  const tell = (name) => { state.textContent = state.dataset[name] ?? ""; };

  /** What a cell gets by the chosen brush: a shift's name, or nothing. */
  function wanted(current) {
    if (brush().startsWith("shift:")) return brush().slice(6);
    if (brush() === "rest") return "";
    const turns = [...shifts.map((shift) => shift.name), ""];
    return turns[(turns.indexOf(current) + 1) % turns.length];
  }

  /** Draws what the cell will be; the server's answer replaces it. */
  function draw(cell, name) {
    const place = cell.querySelector(".drawn");
    const index = shifts.findIndex((shift) => shift.name === name);
    cell.dataset.shift = name;
    cell.classList.add("pending");
    place.replaceChildren();
    if (index < 0) return;
    const slot = Object.assign(document.createElement("span"), { className: `slot tint-${(index % 4) + 1}` });
    slot.append(Object.assign(document.createElement("b"), { textContent: shifts[index].label }));
    slot.append(Object.assign(document.createElement("span"), { className: "number", textContent: shifts[index].times }));
    place.append(slot);
  }

  /** Puts the rows of an answer into the table; what still waits to be sent is drawn over them again. */
  function take(html) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const focused = document.activeElement?.closest("button.cell")?.value;
    for (const row of [...fresh.content.querySelectorAll("tr[id]")]) document.getElementById(row.id)?.replaceWith(row);
    for (const change of waiting) for (const [key, name] of change.drawn) if (cellOf(key)) draw(cellOf(key), name);
    if (focused) cellOf(focused)?.focus({ preventScroll: true });
    contentArrived(form);
  }

  /** Asks for the week again after a refusal: what is drawn and what is true may differ. */
  async function refresh() {
    const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const rows = [...page.querySelectorAll("#roster tr[id]")];
    take(rows.map((row) => row.outerHTML).join(""));
  }

  async function sendNext() {
    if (sending || waiting.length === 0) return;
    sending = waiting[0];
    tell("saving");
    try {
      const answer = await fetch(sending.url, {
        method: "POST",
        body: new URLSearchParams(sending.fields),
        headers: { "X-CSRFToken": csrfToken(), "X-Roster": "1", Accept: "application/json" },
        credentials: "same-origin",
        signal: AbortSignal.timeout(10000),
      });
      if (answer.status >= 500) throw new Error(`answered ${answer.status}`);
      reached();
      waiting.shift();
      if (answer.redirected || answer.status === 401) return void location.reload();
      if (answer.ok) take(await answer.text());
      else {
        notify((await answer.json()).message, { seconds: 10, key: "roster" });
        await refresh();
      }
      if (waiting.length === 0) tell("saved");
    } catch {
      unreachable();
      tell("waiting");
      setTimeout(sendNext, AGAIN_MS);
      return;
    } finally {
      sending = null;
    }
    sendNext();
  }

  /** Queues a change. Of two changes of a cell that both still wait, only the last is sent. */
  function change(url, fields, drawn) {
    const before = waiting.findIndex((each) => each !== sending && each.fields.cell === fields.cell && each.url === url && !fields.to);
    if (before >= 0 && before === waiting.length - 1) waiting.splice(before, 1);
    waiting.push({ url, fields, drawn });
    for (const [key, name] of drawn) draw(cellOf(key), name);
    sendNext();
  }

  const brushFor = (name) => (name ? `shift:${name}` : "rest");
  function plan(cell) {
    const name = wanted(cell.dataset.shift);
    change(form.getAttribute("action"), { cell: cell.value, brush: brushFor(name) }, [[cell.value, name]]);
  }

  function planWeek(button) {
    const row = button.closest("tr");
    const inRow = [...row.querySelectorAll("button.cell")];
    const name = wanted(inRow[0]?.dataset.shift ?? "");
    change(button.getAttribute("formaction"), { whole: button.value, brush: brushFor(name) }, inRow.map((cell) => [cell.value, name]));
  }

  function move(from, to) {
    if (from === to || !from.dataset.shift) return;
    const name = from.dataset.shift;
    change(form.dataset.move, { cell: from.value, to: to.value }, [[from.value, ""], [to.value, name]]);
  }

  // Dragging: a mouse at once, a finger after a long press, so that it may still scroll
  let held = null;
  let carried = null;
  let flying = null;
  let justDropped = false;

  function lift(cell, x, y) {
    carried = cell;
    cell.classList.add("carried");
    flying = Object.assign(document.createElement("div"), { className: "flying" });
    flying.append(cell.querySelector(".slot").cloneNode(true));
    document.body.append(flying);
    fly(x, y);
    navigator.vibrate?.(15);
  }

  function fly(x, y) {
    flying.style.transform = `translate(${x - 55}px, ${y - 28}px)`;
    const under = cellUnder(x, y);
    for (const cell of form.querySelectorAll(".cell.over")) if (cell !== under) cell.classList.remove("over");
    if (under && under !== carried) under.classList.add("over");
  }

  const cellUnder = (x, y) => document.elementFromPoint(x, y)?.closest("button.cell") ?? null;

  function drop() {
    clearTimeout(held?.timer);
    held = null;
    flying?.remove();
    flying = null;
    carried?.classList.remove("carried");
    carried = null;
    for (const cell of form.querySelectorAll(".cell.over")) cell.classList.remove("over");
  }

  form.addEventListener("pointerdown", (event) => {
    const cell = event.target.closest("button.cell");
    justDropped = false;
    if (!cell?.dataset.shift || event.button !== 0) return;
    const { clientX: x, clientY: y, pointerId, pointerType } = event;
    held = { cell, x, y, pointerId, byMouse: pointerType === "mouse" };
    if (!held.byMouse) held.timer = setTimeout(() => lift(cell, x, y), PRESS_MS);
  });
  addEventListener("pointermove", (event) => {
    if (!held || event.pointerId !== held.pointerId) return;
    const far = Math.hypot(event.clientX - held.x, event.clientY - held.y) > MOVED_PX;
    if (!carried && far) {
      if (held.byMouse) lift(held.cell, event.clientX, event.clientY);
      else drop();
    }
    if (carried) fly(event.clientX, event.clientY);
  });
  addEventListener("pointerup", (event) => {
    if (!held || event.pointerId !== held.pointerId) return;
    const from = carried;
    const to = from && cellUnder(event.clientX, event.clientY);
    justDropped = from !== null;
    drop();
    if (to) move(from, to);
  });
  addEventListener("pointercancel", drop);
  // A page that scrolls would take the shift out of the finger
  form.addEventListener("touchmove", (event) => { if (carried && event.cancelable) event.preventDefault(); }, { passive: false });
  form.addEventListener("contextmenu", (event) => { if (held) event.preventDefault(); });

  // Keyboard: arrows go, M picks up, Enter puts down, Escape leaves it
  let picked = null;
  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function step(cell, [right, down]) {
    let { cellIndex } = cell.closest("td");
    let row = cell.closest("tr");
    for (;;) {
      cellIndex += right;
      row = down > 0 ? row.nextElementSibling : down < 0 ? row.previousElementSibling : row;
      const place = row?.cells[cellIndex];
      if (!place || cellIndex < 1) return;
      const next = place.querySelector("button.cell");
      if (next) return void next.focus();
    }
  }

  function letGo() {
    const cell = picked && cellOf(picked);
    cell?.classList.remove("carried");
    picked = null;
    tell(waiting.length ? "saving" : "saved");
  }

  form.addEventListener("keydown", (event) => {
    const cell = event.target.closest("button.cell");
    if (!cell) return;
    if (STEPS[event.key]) {
      event.preventDefault();
      step(cell, STEPS[event.key]);
    } else if (event.key.toLowerCase() === "m" && cell.dataset.shift && !event.ctrlKey && !event.metaKey) {
      letGo();
      picked = cell.value;
      cell.classList.add("carried");
      tell("carrying");
    } else if (event.key === "Escape" && picked) letGo();
    else if ((event.key === "Enter" || event.key === " ") && picked) {
      event.preventDefault();
      const from = cellOf(picked);
      letGo();
      if (from) move(from, cell);
    }
  });

  form.addEventListener("click", (event) => {
    const cell = event.target.closest("button.cell");
    const whole = event.target.closest("button.whole");
    if (!cell && !whole) return;
    event.preventDefault();
    if (justDropped) justDropped = false;
    else if (cell) plan(cell);
    else planWeek(whole);
  });

  addEventListener("beforeunload", (event) => { if (waiting.length > 0) event.preventDefault(); });
  addEventListener("online", sendNext);
}

onContent((root) => {
  for (const form of root.querySelectorAll("form[data-roster]")) setUp(form);
});
