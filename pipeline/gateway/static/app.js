// The page: state comes from the address, everything on it follows from the state.

import { ApiError, get, keyedLinks } from "./api.js";
import { Detail } from "./detail.js";
import { breath, byId } from "./dom.js";
import { Events } from "./events.js";
import { Facets } from "./facets.js";
import { Feed } from "./feed.js";
import { tell } from "./head.js";
import { Health, sourcesSheet } from "./health.js";
import { keyForm } from "./key.js";
import { WorldMap } from "./map.js";
import { keysSheet, listen, openSheet } from "./sheet.js";
import { Stories } from "./stories.js";
import { theme } from "./theme.js";
import { Timeline } from "./timeline.js";
import { EVERYTHING, narrowed, query, read, same, write } from "./url.js";
import { watchSheet } from "./watch.js";

const now = () => Date.now();
const HEALTH_MS = 10000;
const RECOUNT_MS = 3000;
const REDRAW_MS = 500;
const TYPING_MS = 250;
const NEWEST_MS = 6000;
const TURN_MS = 60000;

let state = read(location.search);
let health = null;
let counts = null;
const trouble = { events: "", counts: "" };
const events = new Events(() => state, { loaded, arrived, trouble: failed, lost: () => recount() });

const toggled = (facet, value) => ({
  [facet]: state[facet].includes(value) ? state[facet].filter((one) => one !== value) : [...state[facet], value],
});

const stories = new Stories();
const storyOf = (event) => stories.of(event);
const onOpen = (id) => go({ event: id });
const feed = new Feed(byId("feed"), { onOpen, storyOf, now });
const map = new WorldMap(byId("map"), byId("legend"), {
  onCountry: (code) => go(toggled("country", code)), onBox: (bbox) => go({ bbox }),
});
const timeline = new Timeline(byId("timeline"), { onBrush: (since, until) => go({ since, until, last: "" }) });
const facets = new Facets(byId("facets"), {
  onToggle: (facet, value) => go(toggled(facet, value)), onConfidence: (text) => go({ min_confidence: text }),
});
const detail = new Detail(byId("detail"), {
  onClose: closeDetail, onFilter: (facet, value) => go(toggled(facet, value)), onOpen, storyOf, known: (id) => events.store.get(id),
});
const strip = new Health(byId("health"), { onSources: () => openSheet("Sources", sourcesSheet(health, now())), now });

// Every change of state goes through here: into the address, then onto the page.
function go(changes, { replace = false } = {}) {
  const before = state;
  state = { ...state, ...changes };
  history[replace ? "replaceState" : "pushState"](null, "", write(state));
  follow(before);
}

function follow(before) {
  if (document.activeElement !== byId("q")) byId("q").value = state.q;
  if (!before || !same(before, state)) another(before);
  showDetail(before);
  chrome();
}

// Another view: what was clicked is seen first, then it is asked for.
let asking = null;
function another(before) {
  if (before) feed.scroll(0);
  clearTimeout(asking);
  asking = setTimeout(() => {
    events.restart();
    recount();
    retell();
  });
}

function showDetail(before) {
  feed.opened(state.event);
  if (state.event) {
    if (before?.event !== state.event) detail.open(state.event, events.store.get(state.event));
    return;
  }
  detail.close();
  newestSince = 0;
  showNewest();
}

function closeDetail() {
  go({ event: "" });
  feed.focus(feed.cursor);
}

const chrome = () => tell({ state, events: events.store.order, counts, health, trouble: trouble.events || trouble.counts, now: now() }, go);

function loaded(first) {
  trouble.events = "";
  if (first) newestSince = 0;
  feed.show(events.store.order);
  redraw();
}

function failed(words) {
  trouble.events = words;
  feed.show(events.store.order);
  redraw();
}

function arrived(news) {
  feed.show(events.store.order);
  if (news.some((event) => event.event_id === state.event)) detail.open(state.event, events.store.get(state.event));
  redraw();
  recounting ??= setTimeout(() => { recounting = null; recount(); }, RECOUNT_MS);
}

let redrawing = null;
function redraw() {
  redrawing ??= setTimeout(() => {
    redrawing = null;
    map.show(events.store.order, state);
    showNewest();
    chrome();
  }, REDRAW_MS);
}

// A new one stays for some seconds, however fast they come.
let newestSince = 0;
let newestLater = null;
function showNewest() {
  const wait = newestSince + NEWEST_MS - now();
  if (wait > 0) {
    newestLater ??= setTimeout(() => { newestLater = null; showNewest(); }, wait);
    return;
  }
  const newest = events.store.order.find((event) => event.sentence);
  if (newest) newestSince = now();
  detail.newest(newest);
}

// Counts: of the view, and of all times for the timeline. The gateway counts a facet without its own filter.
let recounting = null;
async function recount() {
  const then = state;
  const asked = query(then);
  try {
    const timed = asked.has("since") || asked.has("until");
    const [all, whole] = await Promise.all([
      get("/v1/facets", asked), timed ? get("/v1/facets", query(then, ["since", "until"])) : null,
    ]);
    if (!same(then, state)) return; // the view has changed meanwhile: its own answer is on the way
    trouble.counts = "";
    counts = all;
    facets.show(all, state);
    timeline.show((whole ?? all).histogram, asked.get("since") ?? "", asked.get("until") ?? "");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    trouble.counts = `The counts cannot be fetched: ${error.message}.`;
  }
  chrome();
}

// Which stories the events in view belong to.
async function retell() {
  try {
    if (await stories.refresh(query(state))) feed.renew();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error; // the events are all there without their stories
  }
}

let checking = false;
async function checkHealth() {
  if (checking) return; // the last question still waits, for a key perhaps
  checking = true;
  try {
    health = await get("/v1/health");
    strip.show(health);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    strip.unknown("not reached");
  } finally {
    checking = false;
  }
  chrome();
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
  else if (narrowed(state)) go(EVERYTHING());
}

function openCurrent() {
  if (feed.current()) go({ event: feed.current().event_id });
}

// The first j goes to the row that the cursor is on; while an event is open, the next one opens.
function step(steps) {
  feed.move(feed.focused || state.event ? steps : 0);
  if (state.event && feed.current()) go({ event: feed.current().event_id }, { replace: true });
}

listen({
  j: () => step(1), k: () => step(-1), Enter: openCurrent, Escape: escape, "/": () => byId("q").focus(), p: () => events.live.pause(),
  g: () => feed.focus(0), G: () => feed.focus(events.store.order.length - 1), w: watch, "?": keys,
});

addEventListener("popstate", () => {
  const before = state;
  state = read(location.search);
  byId("q").blur();
  follow(before);
});

keyForm();
keyedLinks();
theme(byId("theme"));
await breath();
follow(null);
checkHealth();
setInterval(() => { checkHealth(); retell(); }, HEALTH_MS);
setInterval(() => { if (state.last) { events.load(); recount(); } }, TURN_MS); // "the last hour" moves on by itself
