// "Watch this": the view as a rule, to be copied into rules.yaml.

import { el, takeaway } from "./dom.js";
import { LISTS } from "./url.js";

// Name in the address → name in a rule.
const IN_RULES = {
  kind: "kind", family: "family", country: "country", actor: "actor", source: "provider", language: "language",
  modality: "modality",
};

// JSON's strings are YAML's too, so nothing in a value can end it.
const quoted = (value) => JSON.stringify(String(value));
const list = (values) => `[${values.map(quoted).join(", ")}]`;

// State → YAML.
export function rule(state) {
  const lines = Object.entries(IN_RULES)
    .filter(([name]) => state[name].length)
    .map(([name, inRule]) => `      ${inRule}: ${list(state[name])}`);
  if (state.min_confidence) lines.push(`      min_confidence: ${Number(state.min_confidence)}`);
  // A condition has to say something: this one holds for every event.
  if (!lines.length) lines.push("      min_confidence: 0");
  return `rules:\n  - name: ${quoted(nameOf(state))}\n    when:\n${lines.join("\n")}\n    notify: terminal\nchannels:\n  terminal: {type: stdout}\n`;
}

function nameOf(state) {
  const words = LISTS.flatMap((name) => state[name]).join(" ").toLowerCase();
  return words.normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "everything";
}

// What of the view a rule cannot say.
export function leftOut(state) {
  return [state.q && "the search", state.bbox && "the area", (state.since || state.until || state.last) && "the time",
    state.change.length && "what became of the event"]
    .filter(Boolean);
}

export function watchSheet(state) {
  const missing = leftOut(state);
  return [
    el("p", {}, "This view as a rule. Put it into a file of rules, check it with ", el("code", {}, "tickertape rules lint"),
      " and see what it would have told with ", el("code", {}, "tickertape rules test"), "."),
    takeaway(rule(state), "The rule, as YAML"),
    missing.length ? el("p", { class: "dim" }, `A rule says nothing of ${missing.join(" and ")}: left out.`) : null,
  ];
}
