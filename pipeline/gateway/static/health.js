// The health strip, and the words for a feed that is empty or stale: what is known, and nothing rosier.

import { el, foreign } from "./dom.js";
import { count, plural, since } from "./words.js";

const STALE_MS = 30 * 60000;

export const failing = (health) => (health?.sources ?? []).filter((source) => source.problem);

export class Health {
  // `onSources()` when the count of failing sources is chosen.
  constructor(root, { onSources, now }) {
    this.root = root;
    this.onSources = onSources;
    this.now = now;
  }

  show(health) {
    const bad = failing(health).length;
    const lag = Object.entries(health.lag ?? {});
    this.root.replaceChildren(
      item("Kafka", health.kafka_ok ? "up" : "not reached", !health.kafka_ok),
      ...lag.map(([stage, behind]) => item(`${stage} lag`, behind === null ? "unknown" : count(behind), behind > 1000)),
      this.sources(health.sources?.length ?? 0, bad),
      item("held", count(health.held)),
      item("dead letters", count(health.dead_letters), health.dead_letters > 0),
      item("gaps", count(health.gaps), health.gaps > 0),
      item("articles", count(health.articles), false, "wide"),
      item("events", count(health.events), false, "wide"),
      item("retracted", count(health.retracted), false, "wide"),
      item("last event", health.last_event_at ? since(health.last_event_at, this.now()) : "none yet", this.stale(health)),
    );
  }

  sources(all, bad) {
    if (!all) return item("sources", "none");
    const words = bad ? `${count(bad)} of ${count(all)} failing` : `${count(all)} fine`;
    const button = el("button", { type: "button", class: "quiet", onclick: this.onSources }, words);
    return el("span", { class: `item${bad ? " bad" : ""}` }, "sources ", button);
  }

  stale(health) {
    return Boolean(health.last_event_at) && this.now() - Date.parse(health.last_event_at) > STALE_MS;
  }

  unknown(words) {
    this.root.replaceChildren(item("gateway", words, true));
  }
}

const item = (name, value, bad = false, more = "") =>
  el("span", { class: `item ${bad ? "bad" : ""} ${more}` }, `${name} `, el("b", {}, value));

// A line above the feed, or "" where there is nothing to say. `shown`: events in view; `narrow`: filters are on.
export function notice(health, { shown, narrow, now }) {
  if (!health) return "";
  const bad = failing(health).length;
  const feeds = bad ? `${plural(bad, "feed")} failing` : "";
  if (!health.kafka_ok) return "Kafka is not reached: what is shown may be old.";
  if (health.last_event_at && now - Date.parse(health.last_event_at) > STALE_MS) {
    return `No events since ${since(health.last_event_at, now)}${feeds ? `; ${feeds}` : ""}.`;
  }
  if (!shown && !narrow) return feeds ? `No events yet; ${feeds}.` : "";
  return "";
}

// The sources as a table: what failed, with what, and since when.
export function sourcesSheet(health, now) {
  const order = [...(health?.sources ?? [])].sort((a, b) => Boolean(b.problem) - Boolean(a.problem));
  if (!order.length) return [el("p", {}, "No live sources. Articles come from ", el("code", {}, "tickertape ingest"), ".")];
  const rows = order.map((source) => el("tr", { class: source.problem ? "bad" : "" },
    el("th", { scope: "row" }, foreign(source.source)),
    el("td", {}, source.type),
    el("td", {}, count(source.articles)),
    el("td", {}, source.last_success_at ? since(source.last_success_at, now) : "never"),
    el("td", {}, source.problem ? foreign(`${source.problem.code}: ${source.problem.message}`) : "fine")));
  const head = ["Source", "Type", "Articles", "Last success", "State"].map((name) => el("th", { scope: "col" }, name));
  return [el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Sources" },
    el("table", {}, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...rows)))];
}
