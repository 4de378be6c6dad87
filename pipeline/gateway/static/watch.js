// "Watch this": the view as a rule for `tickertape alerts`, to be copied into rules.yaml.

import { el, takeaway } from "./dom.js";
import { LISTS } from "./url.js";

const IN_RULES = ["kind", "family", "country", "actor", "source", "language", "modality"];

// JSON's strings are YAML's too, so nothing in a value can end it.
const quoted = (value) => JSON.stringify(String(value));
const list = (values) => `[${values.map(quoted).join(", ")}]`;

// State → YAML.
export function rule(state) {
  const lines = IN_RULES.filter((name) => state[name].length).map((name) => `      ${name}: ${list(state[name])}`);
  if (state.min_confidence) lines.push(`      min_confidence: ${Number(state.min_confidence)}`);
  const when = lines.length ? `    when:\n${lines.join("\n")}` : "    when: {}";
  return `rules:\n  - name: ${quoted(nameOf(state))}\n${when}\n    notify: [stdout]\n`;
}

function nameOf(state) {
  const words = LISTS.flatMap((name) => state[name]).join(" ").toLowerCase();
  return words.normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "everything";
}

// What of the view a rule cannot say.
export function leftOut(state) {
  return [state.q && "the search", state.bbox && "the area", (state.since || state.until || state.last) && "the time"]
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
