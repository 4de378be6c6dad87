// The one dialog of the page, and the keys that it explains.

import { byId, el } from "./dom.js";

export function openSheet(title, content) {
  const sheet = byId("sheet");
  const close = el("button", { type: "button", class: "quiet close", onclick: () => sheet.close() }, "Close");
  sheet.replaceChildren(el("div", { class: "actions" }, el("h2", { id: "sheet-title" }, title), close), ...content.filter(Boolean));
  if (!sheet.open) sheet.showModal();
}

const KEYS = [
  ["j / k", "next, previous event"], ["Enter", "open it"], ["Esc", "close it; then: all filters off"], ["/", "search"],
  ["p", "pause, go on"], ["g / G", "to the newest, to the oldest"], ["w", "watch this: the view as a rule"],
  ["← →", "on the timeline: move an edge of the brush; on the map: from dot to dot"], ["?", "these keys"],
];

export const keysSheet = () => [
  el("dl", { class: "facts" }, ...KEYS.flatMap(([key, words]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, words)])),
];

const typing = (target) => target.closest("input:not([type=range]), textarea, select, [contenteditable]");

// `actions`: key → function. Keys that a field, a dialog or the browser needs are left alone.
export function listen(actions) {
  document.addEventListener("keydown", (key) => {
    if (key.ctrlKey || key.metaKey || key.altKey || document.querySelector("dialog[open]")) return;
    if (typing(key.target)) {
      if (key.key === "Escape") key.target.blur();
      return;
    }
    if (key.key === "Enter" && !key.target.closest(".row") && key.target !== document.body) return;
    const action = actions[key.key];
    if (!action) return;
    key.preventDefault();
    action();
  });
}
