// What a revision changed: values before and after, and the sentence word by word.

import { el, foreign } from "./dom.js";
import { kindName, percent } from "./words.js";

const names = (people) => (people ?? []).map((one) => one.name || one.text).join(", ");

const FIELDS = {
  Kind: (event) => kindName(event.kind),
  Modality: (event) => event.modality,
  Confidence: (event) => percent(event.confidence),
  Actors: (event) => names(event.actors),
  Recipients: (event) => names(event.recipients),
  About: (event) => names(event.about),
  Place: (event) => event.location?.name,
  Time: (event) => event.time && `${event.time.text}${event.time.start_on ? ` (${event.time.start_on})` : ""}`,
  "According to": (event) => event.attribution?.source,
  Headline: (event) => event.article?.headline,
  "Version of the article": (event) => event.article?.version,
};

// [{field, before, after}]
export function changes(before, after) {
  return Object.entries(FIELDS)
    .map(([field, of]) => ({ field, before: String(of(before) ?? ""), after: String(of(after) ?? "") }))
    .filter((one) => one.before !== one.after);
}

const MOST_WORDS = 400;

// Longest common subsequence of words: [{text, sign}], sign "-", "+" or "".
export function words(before, after) {
  const a = before.split(/(\s+)/);
  const b = after.split(/(\s+)/);
  if (a.length > MOST_WORDS || b.length > MOST_WORDS) return [{ text: before, sign: "-" }, { text: after, sign: "+" }];
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i][j] = a[i] === b[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  const steps = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) { steps.push({ text: a[i++], sign: "" }); j++; }
    else if (j === b.length || (i < a.length && lengths[i + 1][j] >= lengths[i][j + 1])) steps.push({ text: a[i++], sign: "-" });
    else steps.push({ text: b[j++], sign: "+" });
  }
  return steps;
}

const TAGS = { "-": "del", "+": "ins" };

// Nodes for one revision after another.
export function difference(before, after) {
  const rows = changes(before, after).map((one) =>
    el("li", {}, el("span", { class: "field" }, one.field), " ",
      one.before && el("del", {}, foreign(one.before)), one.before && " ", one.after && el("ins", {}, foreign(one.after))));
  if (before.sentence && after.sentence && before.sentence.text !== after.sentence.text) {
    const told = words(before.sentence.text, after.sentence.text)
      .map(({ text, sign }) => (sign ? el(TAGS[sign], {}, text) : text));
    rows.push(el("li", {}, el("span", { class: "field" }, "Sentence"), " ", el("bdi", {}, ...told)));
  }
  return rows.length ? el("ul", { class: "changes" }, ...rows) : el("p", { class: "dim" }, "Nothing that is shown here changed.");
}
