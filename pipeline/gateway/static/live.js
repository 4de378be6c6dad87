// What comes by the stream: gathered for a tenth of a second, held back while paused, said aloud now and then.

import { byId } from "./dom.js";
import { spoken } from "./feed.js";
import { MOST, fromStream } from "./store.js";
import { Stream } from "./stream.js";
import { count, plural } from "./words.js";

const GATHER_MS = 100;
const REST_MS = 60000;
const SPEAK_MS = 4000;
const STATES = { live: "Live", connecting: "Connecting", reconnecting: "Reconnecting" };

export class Live {
  // `onEvents(events)`; `onLost()`: what was missed has to be fetched.
  constructor({ onEvents, onLost }) {
    this.on = { onEvents, onLost };
    this.waiting = [];
    this.paused = false;
    this.unsaid = [];
    this.button = byId("pause");
    this.button.addEventListener("click", () => this.pause());
    document.addEventListener("visibilitychange", () => this.seen(!document.hidden));
  }

  seen(visible) {
    clearTimeout(this.resting);
    if (visible) this.stream?.wake();
    else this.resting = setTimeout(() => this.stream?.rest(), REST_MS);
  }

  // What came for another view is of no use.
  stop() {
    this.stream?.close();
    this.waiting = [];
    this.told();
    this.state("connecting");
  }

  // `position`: where the history that is shown ends, so that nothing comes twice and nothing is left out.
  follow(parameters, position) {
    this.stop();
    this.stream = new Stream(parameters, position, {
      state: (name) => this.state(name),
      lost: () => this.on.onLost(),
      event: (change, message) => this.came(fromStream(change, message)),
    });
  }

  state(name) {
    this.name = name;
    byId("stream").dataset.state = this.paused ? "paused" : name;
    byId("stream").textContent = this.paused && name === "live" ? "Paused" : STATES[name];
  }

  came(event) {
    this.waiting.push(event);
    // A page left paused overnight keeps the newest: the rest is a page of history away.
    if (this.waiting.length > MOST) this.waiting.shift();
    if (this.paused) return this.told();
    this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  flush() {
    clearTimeout(this.timer);
    this.timer = null;
    const events = this.waiting;
    this.waiting = [];
    if (events.length) {
      this.on.onEvents(events);
      this.speak(events);
    }
    this.told();
  }

  pause() {
    this.paused = !this.paused;
    this.button.setAttribute("aria-pressed", String(this.paused));
    this.state(this.name);
    if (!this.paused) this.flush();
    this.told();
  }

  told() {
    const held = this.waiting.length;
    this.button.textContent = !this.paused ? "Pause" : held ? `Resume · ${count(held)} waiting` : "Resume";
  }

  // A screen reader hears the newest and how many more, at most every four seconds.
  speak(events) {
    this.unsaid.push(...events);
    this.speaking ??= setTimeout(() => {
      const [newest] = this.unsaid.slice(-1);
      const more = this.unsaid.length - 1;
      byId("spoken").textContent = spoken(newest) + (more ? ` And ${plural(more, "more event")}.` : "");
      this.unsaid = [];
      this.speaking = null;
    }, SPEAK_MS);
  }
}
