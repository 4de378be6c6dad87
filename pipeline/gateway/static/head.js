// What the page says in words over the feed: how many, which filters, what is stale, where the same is as data.

import { byId, el, foreign } from "./dom.js";
import { active } from "./facets.js";
import { notice } from "./health.js";
import { boxOf } from "./map.js";
import { MOST } from "./store.js";
import { EVERYTHING, SPANS, narrowed, query } from "./url.js";
import { count, plural } from "./words.js";

const FORMS = ["json", "csv", "geojson", "atom"];

// `view`: {state, events, counts, health, trouble, now}; `go(changes)` changes the state.
export function tell(view, go) {
  const allOff = () => go({ ...EVERYTHING(), event: view.state.event });
  byId("count").textContent = counted(view);
  chips(view, go, allOff);
  links(view.state);
  spans(view.state, go);
  const held = view.events.length;
  const said = view.trouble || notice(view.health, { shown: held, narrow: narrowed(view.state), now: view.now });
  const line = byId("notice");
  if (line.textContent !== said) line.textContent = said;
  line.hidden = !said;
  empty(view, allOff);
}

function counted({ counts, events }) {
  if (!counts) return "Events";
  const { total, retracted } = counts;
  const words = `${plural(total - retracted, "event")}${retracted ? ` · ${count(retracted)} retracted` : ""}`;
  return total > events.length && events.length >= MOST ? `${words}, the newest ${count(events.length)} here` : words;
}

function chips({ state, events }, go, allOff) {
  const made = active(state, areaName(state, events)).map((chip) => el("button", {
    type: "button", class: "chip", "aria-label": `Take away: ${chip.text}`, onclick: () => go(chip.off),
  }, foreign(chip.text), " ×"));
  if (made.length > 1) made.push(el("button", { type: "button", class: "quiet", onclick: allOff }, "All off"));
  byId("chips").replaceChildren(...made);
}

function areaName(state, events) {
  if (!state.bbox) return "";
  const named = new Set(events.map((event) => event.location?.name).filter(Boolean));
  const [west, south, east, north] = boxOf(state.bbox);
  return named.size === 1 ? `Near ${[...named][0]}` : `Area ${south}° to ${north}° N, ${west}° to ${east}° E`;
}

function links(state) {
  const parameters = query(state).toString();
  byId("links").replaceChildren(...FORMS.map((form) =>
    el("a", { href: `/v1/events.${form}${parameters ? `?${parameters}` : ""}` }, form.toUpperCase())));
}

function spans(state, go) {
  const chosen = state.since || state.until ? null : state.last;
  const group = byId("spans");
  if (!group.children.length) {
    group.append(...[...Object.keys(SPANS), ""].map((last) => el("button", {
      type: "button", "data-last": last, onclick: () => go({ last, since: "", until: "" }),
    }, last || "All")));
  }
  for (const button of group.children) button.setAttribute("aria-pressed", String(button.dataset.last === chosen));
}

function empty({ state, events, counts, trouble }, allOff) {
  byId("feed").querySelector(".empty")?.remove();
  if (events.length || !counts || trouble) return;
  byId("feed").append(el("div", { class: "empty" }, ...(narrowed(state)
    ? [el("p", {}, "No event matches this view."), el("button", { type: "button", onclick: allOff }, "All filters off")]
    : [el("p", {}, "No events yet."),
      el("p", { class: "dim" }, "They appear here as they are detected. To send some articles: ", el("code", {}, "tickertape ingest seeds"))])));
}
