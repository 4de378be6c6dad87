// The sentence with its parts marked. Offsets are counted in code points, as Python counts them; JavaScript's are not.

import { el } from "./dom.js";

export const ROLES = {
  trigger: "trigger", actor: "actor", recipient: "recipient", about: "about", place: "place", time: "time",
  source: "source",
};

// The parts of an event as [start, end) of its article, each with its role.
export function parts(event) {
  const found = [];
  const add = (role, span) => {
    if (span && Number.isInteger(span.start) && span.end > span.start) found.push({ role, start: span.start, end: span.end });
  };
  add("trigger", event.trigger);
  for (const actor of event.actors ?? []) add("actor", actor);
  for (const recipient of event.recipients ?? []) add("recipient", recipient);
  for (const topic of event.about ?? []) add("about", topic);
  add("place", event.location);
  add("time", spanOfTime(event));
  add("source", event.attribution);
  return found;
}

// A time has words but no offsets: it is looked for in the sentence.
function spanOfTime(event) {
  const words = event.time?.text;
  if (!words) return null;
  const at = event.sentence.text.indexOf(words);
  if (at < 0) return null;
  const start = event.sentence.start + [...event.sentence.text.slice(0, at)].length;
  return { start, end: start + [...words].length };
}

// `text`, which begins at `offset` of the article, cut wherever a part begins or ends: [{text, roles}].
export function segments(text, offset, spans) {
  const points = [...text];
  const inside = spans
    .map((span) => ({ ...span, start: span.start - offset, end: span.end - offset }))
    .filter((span) => span.start < points.length && span.end > 0);
  const cuts = new Set([0, points.length]);
  for (const span of inside) cuts.add(Math.max(0, span.start)).add(Math.min(points.length, span.end));
  const edges = [...cuts].sort((a, b) => a - b);
  return edges.slice(1).map((end, i) => ({
    text: points.slice(edges[i], end).join(""),
    roles: inside.filter((span) => span.start <= edges[i] && span.end >= end).map((span) => span.role),
  }));
}

// The sentence as nodes: one <mark> a part, the role said in `data-role` and, to a screen reader, in words.
export function marked(event, only = null) {
  const spans = parts(event).filter((span) => !only || only.includes(span.role));
  return segments(event.sentence.text, event.sentence.start, spans).map((piece) => {
    if (!piece.roles.length) return document.createTextNode(piece.text);
    const role = piece.roles.includes("trigger") ? "trigger" : piece.roles[0];
    return el("mark", { class: role, "data-role": piece.roles.map((name) => ROLES[name]).join(", ") }, piece.text);
  });
}
