// The page: state comes from the address, everything on it follows from the state.

import { ApiError, get, pages } from "./api.js";
import { Detail } from "./detail.js";
import { byId, el, foreign } from "./dom.js";
import { Facets, active } from "./facets.js";
import { Feed } from "./feed.js";
import { Health, notice, sourcesSheet } from "./health.js";
import { Live } from "./live.js";
import { WorldMap, boxOf } from "./map.js";
import { keysSheet, listen, openSheet } from "./sheet.js";
import { MOST, Store } from "./store.js";
import { theme } from "./theme.js";
import { Timeline } from "./timeline.js";
import { EVERYTHING, SPANS, narrowed, query, read, write } from "./url.js";
import { watchSheet } from "./watch.js";
import { count, plural } from "./words.js";

const now = () => Date.now();
const HEALTH_MS = 10000;
const RECOUNT_MS = 3000;
const REDRAW_MS = 250;
const TYPING_MS = 250;
const NEWEST_MS = 6000;

let state = read(location.search);
let health = null;
let loading = null;
let total = null;
let trouble = "";
const store = new Store();

const toggled = (facet, value) => ({
  [facet]: state[facet].includes(value) ? state[facet].filter((one) => one !== value) : [...state[facet], value],
});

const feed = new Feed(byId("feed"), { onOpen: (id) => go({ event: id }), now });
const map = new WorldMap(byId("map"), byId("legend"), {
  onCountry: (code) => go(toggled("country", code)), onBox: (bbox) => go({ bbox }),
});
const timeline = new Timeline(byId("timeline"), { onBrush: (since, until) => go({ since, until, last: "" }) });
const facets = new Facets(byId("facets"), {
  onToggle: (facet, value) => go(toggled(facet, value)), onConfidence: (text) => go({ min_confidence: text }),
});
const detail = new Detail(byId("detail"), { onClose: closeDetail, onFilter: (facet, value) => go(toggled(facet, value)), now });
const strip = new Health(byId("health"), { onSources: () => openSheet("Sources", sourcesSheet(health, now())), now });
const live = new Live({ onEvents: arrived, onLost: () => load() });

// Every change of state goes through here: into the address, then onto the page.
function go(changes, { replace = false } = {}) {
  const before = state;
  state = { ...state, ...changes };
  history[replace ? "replaceState" : "pushState"](null, "", write(state));
  follow(before);
}

function follow(before) {
  byId("q").value = document.activeElement === byId("q") ? byId("q").value : state.q;
  if (!before || query(before, [], 0).toString() !== query(state, [], 0).toString()) {
    live.follow(query(state, ["since", "until"]));
    load();
  }
  showDetail(before);
  chrome();
}

function showDetail(before) {
  document.body.classList.toggle("reading", Boolean(state.event));
  feed.opened(state.event);
  if (!state.event) {
    detail.close();
    newestSince = 0;
    showNewest();
  }
  else if (!before || before.event !== state.event) detail.open(state.event, store.get(state.event));
}

function closeDetail() {
  go({ event: "" });
  feed.focus(feed.cursor);
}

// The newest page first, so that there is something to read; the rest after it. What came live meanwhile is kept.
async function load() {
  loading?.abort();
  const { signal } = (loading = new AbortController());
  let first = true;
  trouble = "";
  recount();
  try {
    for await (const { events } of pages(query(state), MOST, signal)) {
      if (first) store.clear();
      first = false;
      store.take(events);
      feed.show(store.order);
      redraw();
      await new Promise((resume) => setTimeout(resume));
    }
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof ApiError)) throw error;
    trouble = `The events cannot be fetched: ${error.message}.`;
  }
  if (!signal.aborted) redraw();
}

function arrived(events) {
  const inTime = events.filter((event) => event.change === "retracted" || within(event));
  const news = store.take(inTime, true, now());
  if (!news.length) return;
  feed.show(store.order);
  if (news.some((event) => event.event_id === state.event)) detail.open(state.event, store.get(state.event));
  redraw();
  recountSoon();
}

// The stream does not filter by time: an event outside the brush stays out of view.
function within(event) {
  const asked = query(state);
  const at = Date.parse(event.article?.published_at ?? event.detected_at);
  return !(at < Date.parse(asked.get("since")) || at > Date.parse(asked.get("until")));
}

let redrawing = null;
function redraw() {
  redrawing ??= setTimeout(() => {
    redrawing = null;
    map.show(store.order, state);
    showNewest();
    chrome();
  }, REDRAW_MS);
}

// A new one stays for some seconds, however fast they come.
let newestSince = 0;
let newestLater = null;
function showNewest() {
  const wait = newestSince + NEWEST_MS - now();
  if (wait > 0) return void (newestLater ??= setTimeout(() => { newestLater = null; showNewest(); }, wait));
  newestSince = now();
  detail.newest(store.order.find((event) => event.sentence));
}

let recounting = null;
function recountSoon() {
  recounting ??= setTimeout(() => { recounting = null; recount(); }, RECOUNT_MS);
}

// Counts: of the view, and of all times for the timeline. The gateway counts a facet without its own filter.
async function recount() {
  const asked = query(state);
  const view = query(state, [], 0).toString();
  try {
    const timed = asked.has("since") || asked.has("until");
    const [all, whole] = await Promise.all([
      get("/v1/facets", asked), timed ? get("/v1/facets", query(state, ["since", "until"])) : null,
    ]);
    // Meanwhile the view has changed: its own answer is on the way.
    if (query(state, [], 0).toString() !== view) return;
    total = all.total;
    facets.show(all, state);
    timeline.show((whole ?? all).histogram, asked.get("since") ?? "", asked.get("until") ?? "");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    trouble = `The counts cannot be fetched: ${error.message}.`;
  }
  chrome();
}

async function checkHealth() {
  try {
    health = await get("/v1/health");
    strip.show(health);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    strip.unknown("not reached");
  }
  chrome();
}

// Head, chips, notice, links: all that is only words.
function chrome() {
  const held = store.order.length;
  const words = total === null ? "Events" : plural(Math.max(total, 0), "event");
  byId("count").textContent = total > held && held >= MOST ? `${words}, the newest ${count(held)} here` : words;
  const chips = active(state, areaName());
  byId("chips").replaceChildren(...chips.map((chip) =>
    el("button", { type: "button", class: "chip", "aria-label": `Take away: ${chip.text}`, onclick: () => go(chip.off) }, foreign(chip.text), " ×")));
  if (chips.length > 1) byId("chips").append(el("button", { type: "button", class: "quiet", onclick: allOff }, "All off"));
  const parameters = query(state).toString();
  byId("links").replaceChildren(...["json", "csv", "geojson", "atom"].map((form) =>
    el("a", { href: `/v1/events.${form}${parameters ? `?${parameters}` : ""}` }, form.toUpperCase())));
  const said = trouble || notice(health, { shown: held, narrow: narrowed(state), now: now() });
  const line = byId("notice");
  if (line.textContent !== said) line.textContent = said;
  line.hidden = !said;
  nothing(held);
  spans();
}

function nothing(held) {
  byId("feed").querySelector(".empty")?.remove();
  if (held || total === null || trouble) return;
  const words = narrowed(state)
    ? [el("p", {}, "No event matches this view."), el("button", { type: "button", onclick: allOff }, "All filters off")]
    : [el("p", {}, "No events yet."), el("p", { class: "dim" }, "They appear here as they are detected. To send some articles: ", el("code", {}, "tickertape ingest seeds"))];
  byId("feed").append(el("div", { class: "empty" }, ...words));
}

function areaName() {
  if (!state.bbox) return "";
  const named = new Set(store.order.map((event) => event.location?.name).filter(Boolean));
  const [west, south, east, north] = boxOf(state.bbox);
  return named.size === 1 ? `Near ${[...named][0]}` : `Area ${south}° to ${north}° N, ${west}° to ${east}° E`;
}

const allOff = () => go({ ...EVERYTHING(), event: state.event });

function spans() {
  const chosen = state.since || state.until ? null : state.last;
  const button = (last, words) => el("button", {
    type: "button", "aria-pressed": String(chosen === last), onclick: () => go({ last, since: "", until: "" }),
  }, words);
  const focused = document.activeElement?.parentElement === byId("spans") ? document.activeElement.textContent : null;
  byId("spans").replaceChildren(...Object.keys(SPANS).map((last) => button(last, last)), button("", "All"));
  if (focused) [...byId("spans").children].find((one) => one.textContent === focused)?.focus();
}

let typed = null;
byId("q").addEventListener("input", () => {
  clearTimeout(typed);
  typed = setTimeout(() => go({ q: byId("q").value.trim() }, { replace: true }), TYPING_MS);
});

const watch = () => openSheet("Watch this", watchSheet(state));
const keys = () => openSheet("Keys", keysSheet());
byId("watch").addEventListener("click", watch);
byId("help").addEventListener("click", keys);
byId("filters").addEventListener("click", () => {
  const shown = document.body.classList.toggle("filtering");
  byId("filters").setAttribute("aria-expanded", String(shown));
});

function escape() {
  if (document.body.classList.contains("filtering")) byId("filters").click();
  else if (state.event) closeDetail();
  else if (narrowed(state)) allOff();
}

function openCurrent() {
  const event = feed.current();
  if (event) go({ event: event.event_id });
}

function step(steps) {
  feed.move(feed.tape.contains(document.activeElement) || state.event ? steps : 0);
  if (state.event && feed.current()) go({ event: feed.current().event_id }, { replace: true });
}

listen({
  j: () => step(1), k: () => step(-1), Enter: openCurrent, Escape: escape, "/": () => byId("q").focus(), p: () => live.pause(),
  g: () => feed.focus(0), G: () => feed.focus(store.order.length - 1), w: watch, "?": keys,
});

addEventListener("popstate", () => {
  const before = state;
  state = read(location.search);
  byId("q").blur();
  follow(before);
});

theme(byId("theme"));
follow(null);
checkHealth();
setInterval(checkHealth, HEALTH_MS);
// "The last hour" moves on by itself.
setInterval(() => { if (state.last) load(); }, 60000);
