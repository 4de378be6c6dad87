// The events in view, one an event_id, the newest revision of each. Newest first, as the API pages them: by the article's
// time. What comes live stands above, by when it came: whoever watches sees it.

export const MOST = 10000;

// `change` and `changed_at` where only the stream's own envelope says them.
export function fromStream(change, message) {
  const data = message.data ?? message;
  return { ...data, change: data.change ?? change, changed_at: data.changed_at ?? message.time ?? data.detected_at };
}

export const occurredAt = (event) => event.article?.published_at ?? event.detected_at;

const newerFirst = (a, b) => b.place - a.place || (a.event_id < b.event_id ? 1 : -1);

export class Store {
  constructor() {
    this.clear();
  }

  clear() {
    this.known = new Map();
    this.order = [];
  }

  get(id) {
    return this.known.get(id);
  }

  // Takes events in; gives back those that were news to it. `live`: they came by the stream, at `now` (ms).
  take(events, live = false, now = 0) {
    const news = [];
    for (const event of events) {
      const before = this.known.get(event.event_id);
      if (before && !isNewer(event, before)) continue;
      // A retraction has no sentence of its own: what was known stays, struck through.
      const merged = event.change === "retracted" ? { ...before, ...event } : event;
      merged.arrived = live ? now : 0;
      merged.place = merged.arrived || Date.parse(occurredAt(merged)) || 0;
      this.known.set(merged.event_id, merged);
      news.push(merged);
    }
    if (news.length) this.sort();
    return news;
  }

  sort() {
    this.order = [...this.known.values()].sort(newerFirst);
    for (const gone of this.order.splice(MOST)) this.known.delete(gone.event_id);
  }
}

function isNewer(event, before) {
  if (event.revision !== before.revision) return event.revision > before.revision;
  return event.change === "retracted" && before.change !== "retracted";
}
