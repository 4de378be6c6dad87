// The events of the view: history page by page, and the stream from where the history ends.

import { ApiError, pages } from "./api.js";
import { Live } from "./live.js";
import { MOST, Store, occurredAt } from "./store.js";
import { query, same } from "./url.js";

export class Events {
  // `state()`: what is asked for now. `on.loaded(first)`: a page more is there. `on.arrived(news)`: these came live.
  // `on.trouble(words)`: it cannot be fetched. `on.lost()`: the stream could not go on, and all is fetched anew.
  constructor(state, on) {
    this.state = state;
    this.on = on;
    this.store = new Store();
    this.live = new Live({ onEvents: (events) => this.arrived(events), onLost: () => this.lost() });
    this.shown = null;
  }

  // Another view: its history, then its stream.
  restart() {
    this.live.stop();
    this.silent = true;
    return this.load();
  }

  lost() {
    this.on.lost();
    return this.load();
  }

  // The newest page first, so that there is something to read; then the stream from there on, and the rest of the pages.
  async load() {
    this.loading?.abort();
    const { signal } = (this.loading = new AbortController());
    const asked = this.state();
    let first = true;
    try {
      for await (const { events, position } of pages(query(asked), MOST, signal)) {
        if (first) this.store.clear();
        this.shown = asked;
        this.store.take(events);
        this.listenFrom(position);
        this.on.loaded(first);
        first = false;
        await new Promise((resume) => setTimeout(resume)); // to the browser, for a frame
      }
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!(error instanceof ApiError)) throw error;
      this.failed(asked, error);
    }
  }

  // What is shown may be old, but not of another view.
  failed(asked, error) {
    if (!this.shown || !same(this.shown, asked)) this.store.clear();
    this.listenFrom("");
    this.on.trouble(`The events cannot be fetched: ${error.message}.`);
  }

  listenFrom(position) {
    if (this.silent) this.live.follow(query(this.state(), ["since", "until"]), position);
    this.silent = false;
  }

  arrived(events) {
    const news = this.store.take(events.filter((event) => event.change === "retracted" || this.within(event)), true, Date.now());
    if (news.length) this.on.arrived(news);
  }

  // The stream is not asked for a time, which may move: an event outside the brush stays out of view.
  within(event) {
    const asked = query(this.state());
    const at = Date.parse(occurredAt(event));
    return !(at < Date.parse(asked.get("since")) || at >= Date.parse(asked.get("until")));
  }
}
