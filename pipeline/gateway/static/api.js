// What the page asks of the gateway, and the stream.

export class ApiError extends Error {}

// GET → JSON; raises ApiError with the server's own words where it has some.
export async function get(path, parameters = new URLSearchParams(), signal = undefined) {
  const text = parameters.toString();
  let answer;
  try {
    answer = await fetch(text ? `${path}?${text}` : path, { signal, headers: { accept: "application/json" } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError("the gateway does not answer");
  }
  if (!answer.ok) throw new ApiError(await said(answer));
  return answer.json();
}

async function said(answer) {
  try {
    const problem = await answer.json();
    return String(problem.message ?? problem.detail ?? problem.error?.message ?? problem.title ?? answer.status);
  } catch {
    return `the gateway answers ${answer.status}`;
  }
}

export const PAGE = 500;

// Page after page of events, newest first, until there are no more or `most` came; `position`: from where to stream on.
export async function* pages(parameters, most, signal) {
  let cursor = null;
  let got = 0;
  do {
    const asked = new URLSearchParams(parameters);
    asked.set("limit", String(got ? PAGE : 100));
    if (cursor) asked.set("cursor", cursor);
    const page = await get("/v1/events", asked, signal);
    got += page.events.length;
    cursor = page.next;
    yield page;
  } while (cursor && got < most);
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;

// One stream, from `last` on. The browser resumes it by Last-Event-ID. Where it gives up (an error status), it is opened anew after the
// last event that came; where there is no place to go on from, `on.lost` says that whatever came in between has to be fetched.
export class Stream {
  constructor(parameters, last, on) {
    this.parameters = parameters;
    this.on = on;
    this.wait = FIRST_WAIT_MS;
    this.last = last;
    this.connect();
  }

  connect() {
    const asked = new URLSearchParams(this.parameters);
    if (this.last) asked.set("last_event_id", this.last);
    const source = new EventSource(`/v1/stream?${asked}`);
    this.source = source;
    source.addEventListener("open", () => { this.wait = FIRST_WAIT_MS; this.on.state("live"); });
    source.addEventListener("error", () => this.failed());
    source.addEventListener("reset", () => this.on.lost());
    for (const change of ["detected", "updated", "retracted"]) {
      source.addEventListener(change, (message) => {
        this.last = message.lastEventId;
        this.on.event(change, JSON.parse(message.data));
      });
    }
  }

  failed() {
    this.on.state("reconnecting");
    if (this.source.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.again(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }

  // A page that nobody sees gives its connection back: a browser has six for all its tabs.
  rest() {
    this.close();
    this.resting = true;
  }

  wake() {
    if (!this.resting) return;
    this.resting = false;
    this.again();
  }

  again() {
    this.connect();
    if (!this.last) this.on.lost();
  }

  close() {
    clearTimeout(this.timer);
    this.source.close();
  }
}
