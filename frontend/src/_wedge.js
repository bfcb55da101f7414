// A hand scanner that types: many keys within milliseconds, then Enter, wherever the focus is.

const BETWEEN_KEYS_MS = 60;
const SHORTEST_CODE = 6;

/** What a key means; an input method editor hides the letter behind "Process", the place of the key stays. */
function letterOf(event) {
  if (event.key.length === 1) return event.key;
  if (event.key !== "Process" && event.key !== "Unidentified") return "";
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  if (letter) return event.shiftKey ? letter : letter.toLowerCase();
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  if (digit) return event.shiftKey ? ")!@#$%^&*("[Number(digit)] : digit;
  return { Minus: event.shiftKey ? "_" : "-", Period: ".", Slash: "/", Equal: event.shiftKey ? "+" : "=", Semicolon: event.shiftKey ? ":" : ";" }[event.code] ?? "";
}

/** Calls `onCode(code)` for each burst that ends in Enter; `ownInput` is the page's own field for codes. */
export function listenForWedge(onCode, ownInput) {
  let buffer = "";
  let last = 0;
  let valueBefore = null;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const quick = event.timeStamp - last < BETWEEN_KEYS_MS;
    if (event.key === "Enter" || event.code === "Enter") {
      if (quick && buffer.length >= SHORTEST_CODE) {
        event.preventDefault();
        event.stopPropagation();
        const field = document.activeElement;
        if (valueBefore !== null && field instanceof HTMLInputElement) field.value = field === ownInput ? "" : valueBefore;
        onCode(buffer);
      }
      buffer = "";
      return;
    }
    const letter = letterOf(event);
    if (!letter) return;
    if (!quick) {
      buffer = "";
      valueBefore = document.activeElement instanceof HTMLInputElement ? document.activeElement.value : null;
    }
    buffer += letter;
    last = event.timeStamp;
  }, true);
}
