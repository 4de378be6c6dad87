// Facets with counts: every value is a switch. And the chips that say what is on.

import { el, foreign } from "./dom.js";
import { LISTS, SPANS } from "./url.js";
import { NAMES, count, moment } from "./words.js";

const TITLES = {
  family: "Family", kind: "Kind", country: "Country", actor: "Actor", source: "Source", language: "Language",
  modality: "Modality", change: "State",
};
const SHORT = 7;
const LONG = 60;

export const nameOf = (facet, value) => (NAMES[facet] ? NAMES[facet](value) : value);

export class Facets {
  // `onToggle(facet, value)`, `onConfidence(text)`.
  constructor(root, { onToggle, onConfidence }) {
    this.root = root;
    this.onToggle = onToggle;
    this.onConfidence = onConfidence;
    this.long = new Set();
    root.addEventListener("click", (click) => this.clicked(click));
    this.groups = new Map(LISTS.map((facet) => [facet, el("div", { class: "values" })]));
    root.append(...[...this.groups].map(([facet, values]) => el("section", { "data-facet": facet, hidden: true },
      el("h3", {}, TITLES[facet]), values)), this.slider());
  }

  slider() {
    this.range = el("input", { id: "sure", type: "range", min: "0", max: "1", step: "0.05" });
    this.said = el("output", { for: "sure" }, "any");
    this.range.addEventListener("input", () => this.tell(this.range.value));
    this.range.addEventListener("change", () => this.onConfidence(Number(this.range.value) ? this.range.value : ""));
    return el("section", { class: "range" }, el("h3", {}, el("label", { for: "sure" }, "Confidence at least "), this.said), this.range);
  }

  tell(value) {
    this.said.textContent = Number(value) ? `${Math.round(value * 100)} %` : "any";
  }

  clicked(click) {
    const button = click.target.closest("button");
    if (!button) return;
    const { facet, value } = button.dataset;
    if (value !== undefined) return this.onToggle(facet, value);
    this.long[this.long.has(facet) ? "delete" : "add"](facet);
    this.draw();
  }

  // `facets`: the answer of /v1/facets, one list of {value, count} a facet.
  show(facets, state) {
    this.facets = facets;
    this.state = state;
    this.draw();
    this.range.value = state.min_confidence || 0;
    this.tell(this.range.value);
  }

  draw() {
    for (const facet of LISTS) this.group(facet);
  }

  group(facet) {
    const chosen = this.state[facet];
    const counted = this.facets[facet] ?? [];
    const missing = chosen.filter((value) => !counted.some((one) => one.value === value)).map((value) => ({ value, count: 0 }));
    const all = [...missing, ...counted];
    const most = Math.max(1, ...all.map((one) => one.count));
    const shown = all.filter((one, at) => at < (this.long.has(facet) ? LONG : SHORT) || chosen.includes(one.value));
    const focused = document.activeElement?.dataset;
    const values = this.groups.get(facet);
    values.replaceChildren(...shown.map((one) => this.value(facet, one, chosen.includes(one.value), most)), this.more(facet, all.length));
    values.parentElement.hidden = all.length === 0;
    if (focused?.facet === facet) {
      [...values.children].find((node) => node.dataset.value === focused.value)?.focus({ preventScroll: true });
    }
  }

  value(facet, { value, count: number }, on, most) {
    const bar = el("span", { class: "bar", "aria-hidden": "true" });
    bar.style.width = `${(100 * number) / most}%`;
    const dot = facet === "family" ? el("span", { class: `dot ${value}`, "aria-hidden": "true" }) : null;
    return el("button", { type: "button", class: "value", "aria-pressed": String(on), "data-facet": facet, "data-value": value },
      bar, dot, foreign(nameOf(facet, value), { class: "name" }), el("span", { class: "number" }, count(number)));
  }

  more(facet, length) {
    if (length <= SHORT) return "";
    const long = this.long.has(facet);
    return el("button", { type: "button", class: "more", "data-facet": facet, "aria-expanded": String(long) },
      long ? "Fewer" : `${Math.min(length, LONG) - SHORT} more`);
  }
}

// The chips: [{text, off}], `off` the change to the state that takes it away.
export function active(state, areaName) {
  const chips = LISTS.flatMap((facet) => state[facet].map((value) => ({
    text: `${TITLES[facet]}: ${nameOf(facet, value)}`,
    off: { [facet]: state[facet].filter((one) => one !== value) },
  })));
  if (state.q) chips.push({ text: `“${state.q}”`, off: { q: "" } });
  if (state.min_confidence) chips.push({ text: `At least ${Math.round(state.min_confidence * 100)} %`, off: { min_confidence: "" } });
  if (state.bbox) chips.push({ text: areaName, off: { bbox: "" } });
  if (state.last && Object.hasOwn(SPANS, state.last)) chips.push({ text: `Last ${state.last}`, off: { last: "" } });
  if (state.since || state.until) {
    chips.push({ text: `${moment(state.since) || "start"} – ${moment(state.until) || "now"}`, off: { since: "", until: "" } });
  }
  return chips;
}
