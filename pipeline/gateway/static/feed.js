// The live feed: rows of one height, of which only those in sight exist, so that ten thousand scroll like ten.

import { el, foreign } from "./dom.js";
import { marked } from "./highlight.js";
import { occurredAt } from "./store.js";
import { age, count, countryName, kindName, moment, percent } from "./words.js";

const OVERSCAN = 8;
const FRESH_MS = 120000;

export class Feed {
  // `onOpen(id)` when a row is chosen; `storyOf(event)`; `now()` in ms.
  constructor(scroller, { onOpen, storyOf, now }) {
    this.scroller = scroller;
    this.tape = scroller.querySelector(".tape");
    this.onOpen = onOpen;
    this.storyOf = storyOf;
    this.now = now;
    this.events = [];
    this.rows = new Map();
    this.cursor = 0;
    this.open = "";
    this.top = 0;
    this.tall = 0;
    scroller.addEventListener("scroll", () => this.soon(), { passive: true });
    scroller.addEventListener("click", (click) => this.clicked(click));
    new ResizeObserver(() => this.resized()).observe(scroller);
    setInterval(() => this.retold(), 20000);
  }

  resized() {
    this.tall = this.scroller.clientHeight;
    this.height = parseFloat(getComputedStyle(this.scroller).getPropertyValue("--row")) || 100;
    this.renew();
  }

  // Every row in sight is made anew.
  renew() {
    for (const row of this.rows.values()) row.event = null;
    this.draw();
  }

  clicked(click) {
    const row = click.target.closest(".row");
    if (!row || click.target.closest("a")) return;
    this.cursor = this.events.findIndex((event) => event.event_id === row.dataset.id);
    this.onOpen(row.dataset.id);
  }

  // New events above what is being read push nothing: the reader stays on the row he is on.
  show(events) {
    const top = (this.top = this.scroller.scrollTop); // nothing has been changed yet, so it is known
    const held = top > this.height / 2 ? this.events[Math.floor(top / this.height)]?.event_id : null;
    const chosen = this.events[this.cursor]?.event_id;
    this.events = events;
    this.tape.style.height = `${events.length * this.height}px`;
    if (held) {
      const at = events.findIndex((event) => event.event_id === held);
      if (at >= 0 && this.events[Math.floor(top / this.height)]?.event_id !== held) this.scroll(at * this.height + (top % this.height));
    }
    this.cursor = Math.max(0, events.findIndex((event) => event.event_id === chosen));
    this.draw();
  }

  // What the browser knows is asked once a frame, and remembered: asked while drawing, it would lay out the page there and then.
  soon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.top = this.scroller.scrollTop;
      this.draw();
    });
  }

  scroll(top) {
    this.scroller.scrollTop = top;
    this.top = top;
  }

  draw() {
    if (!this.height) return;
    const first = Math.max(0, Math.floor(this.top / this.height) - OVERSCAN);
    const last = Math.min(this.events.length, first + Math.ceil(this.tall / this.height) + 2 * OVERSCAN);
    const wanted = new Map();
    for (let at = first; at < last; at++) wanted.set(this.events[at].event_id, at);
    for (const [id, row] of this.rows) {
      if (!wanted.has(id) || row.event !== this.events[wanted.get(id)]) {
        if (row.node.contains(document.activeElement)) this.refocus = id;
        row.node.remove();
        this.rows.delete(id);
      }
    }
    for (const [id, at] of wanted) this.place(id, at);
  }

  place(id, at) {
    let row = this.rows.get(id);
    if (!row) {
      row = { event: this.events[at], node: line(this.events[at], this.storyOf(this.events[at]), this.now()) };
      this.rows.set(id, row);
      this.tape.append(row.node);
    }
    const { node } = row;
    if (row.at !== at) {
      row.at = at;
      node.style.transform = `translateY(${at * this.height}px)`;
      node.setAttribute("aria-posinset", at + 1);
    }
    node.setAttribute("aria-setsize", this.events.length);
    node.tabIndex = at === this.cursor ? 0 : -1;
    node.classList.toggle("open", id === this.open);
    if (id === this.open) node.setAttribute("aria-current", "true");
    else node.removeAttribute("aria-current");
    if (this.refocus === id) { this.refocus = null; node.focus({ preventScroll: true }); }
  }

  // Ages grow, "new" wears off: only rows in sight are told anew.
  retold() {
    for (const { node, event } of this.rows.values()) {
      node.querySelector("time").textContent = age(occurredAt(event), this.now());
      if (this.now() - event.arrived > FRESH_MS) node.querySelector(".badge.new")?.remove();
    }
  }

  // The row `steps` on gets the focus; it is scrolled into sight.
  move(steps) {
    this.focus(Math.min(Math.max(this.cursor + steps, 0), this.events.length - 1));
  }

  focus(at) {
    if (!this.events.length) return;
    this.cursor = at;
    const top = at * this.height;
    if (top < this.top) this.scroll(top);
    else if (top + this.height > this.top + this.tall) this.scroll(top + this.height - this.tall);
    this.draw();
    this.rows.get(this.events[at].event_id)?.node.focus({ preventScroll: true });
  }

  // Marks the row of the open event.
  opened(id) {
    this.open = id;
    const at = this.events.findIndex((event) => event.event_id === id);
    if (at >= 0) this.cursor = at;
    this.draw();
  }

  get focused() {
    return this.tape.contains(document.activeElement);
  }

  current() {
    return this.events[this.cursor];
  }
}

function line(event, story, now) {
  const gone = event.change === "retracted";
  return el("article", {
    class: `row ${event.family}${gone ? " gone" : ""}`, "data-id": event.event_id, "aria-label": spoken(event), tabindex: "-1",
  },
    el("div", { class: "top" },
      el("span", { class: "kind" }, kindName(event.kind)), ...badges(event, now),
      el("time", { datetime: occurredAt(event), title: moment(occurredAt(event)) }, age(occurredAt(event), now))),
    el("p", { class: "said" }, el("bdi", {}, ...sentence(event))),
    el("div", { class: "facts" }, ...facts(event, story)));
}

function sentence(event) {
  if (event.sentence) return marked(event, ["trigger"]);
  return [event.article?.headline ?? "Withdrawn before this page saw it."];
}

export function badges(event, now) {
  const made = [];
  if (event.modality && event.modality !== "asserted") made.push(el("span", { class: "modality" }, event.modality));
  if (event.change === "retracted") made.push(el("span", { class: "badge gone" }, "retracted"));
  else if (event.change === "updated") made.push(el("span", { class: "badge updated" }, "updated"));
  else if (event.arrived && now - event.arrived < FRESH_MS) made.push(el("span", { class: "badge new" }, "new"));
  return made;
}

const names = (people) => people.map((one) => one.name || one.text).join(", ");

function facts(event, story) {
  const who = names(event.actors ?? []);
  const whom = names(event.recipients ?? []);
  const sources = story?.sources.length ?? 1;
  return [
    (who || whom) && el("span", { class: "who" }, foreign(who || "someone"), whom && " → ", whom && foreign(whom)),
    event.location && el("span", { class: "where" }, foreign(placeName(event.location))),
    el("span", { class: "from" }, foreign(event.article?.provider),
      sources > 1 && el("b", { title: `${count(sources)} independent sources tell this story` }, ` +${count(sources - 1)}`)),
    event.confidence !== undefined && el("span", { class: "sure", title: "Confidence" }, percent(event.confidence)),
  ];
}

export function placeName(location) {
  const country = location.country && countryName(location.country);
  return country && country !== location.name ? `${location.name}, ${country}` : location.name;
}

export function spoken(event) {
  const what = event.change === "retracted" ? `retracted: ${kindName(event.kind)}` : kindName(event.kind);
  return `${what}. ${event.sentence?.text ?? event.article?.headline ?? ""}`;
}
