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
      const whole = event.change === "retracted" ? { ...before, ...event } : event;
      whole.arrived = live ? now : 0;
      whole.place = whole.arrived || Date.parse(occurredAt(whole)) || 0;
      this.known.set(whole.event_id, whole);
      news.push(whole);
    }
    const stands = (event) => this.known.get(event.event_id) === event;
    this.order = merged(this.order.filter(stands), news.filter(stands).sort(newerFirst));
    for (const gone of this.order.splice(MOST)) this.known.delete(gone.event_id);
    return news;
  }
}

// Two lists in order to one: sorting all ten thousand anew for every page takes ten times as long.
function merged(left, right) {
  const order = [];
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) order.push(newerFirst(left[l], right[r]) <= 0 ? left[l++] : right[r++]);
  for (; l < left.length; l++) order.push(left[l]);
  for (; r < right.length; r++) order.push(right[r]);
  return order;
}

function isNewer(event, before) {
  if (event.revision !== before.revision) return event.revision > before.revision;
  return event.change === "retracted" && before.change !== "retracted";
}
