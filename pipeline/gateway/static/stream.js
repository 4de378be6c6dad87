// Server-sent events by fetch(), for the browser's own EventSource can send no key and shows nothing of why it was refused.

import { ApiError, ask } from "./api.js";
import { breath } from "./dom.js";

const LONGEST_WAIT_MS = 30000;
// The gateway says something every 15 s; who hears nothing for so long is connected to nobody.
const SILENCE_MS = 45000;
const CHANGES = ["detected", "updated", "retracted"];

// One stream, from `last` on. Cut off, it is opened anew after the last id that came; where there is no place to go on from,
// `on.lost` says that whatever came in between has to be fetched. `on.event(change, message)`, `on.state(name)`.
export class Stream {
  constructor(parameters, last, on) {
    this.parameters = parameters;
    this.last = last;
    this.on = on;
    this.first = 1000;
    this.wait = this.first;
    this.connect();
  }

  connect() {
    this.connection = new AbortController();
    this.follow(this.connection.signal);
  }

  async follow(signal) {
    while (!signal.aborted) {
      try {
        await this.listen(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof ApiError || error instanceof TypeError || error.name === "AbortError")) throw error;
      }
      if (signal.aborted) return;
      this.on.state("reconnecting");
      await new Promise((resume) => { setTimeout(resume, this.wait); });
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
      if (!signal.aborted && !this.last) this.on.lost();
    }
  }

  // Until it ends. Raises ApiError when it is refused, TypeError when the network fails, AbortError when it fell silent.
  async listen(signal) {
    const silence = new AbortController();
    const quiet = () => silence.abort();
    const headers = { accept: "text/event-stream", ...(this.last ? { "last-event-id": this.last } : {}) };
    const answer = await ask(`/v1/stream?${this.parameters}`, { signal: AbortSignal.any([signal, silence.signal]), headers });
    if (!answer.ok) throw new ApiError(`refused with ${answer.status}`);
    this.on.state("live");
    this.wait = this.first;
    let heard = setTimeout(quiet, SILENCE_MS);
    try {
      for await (const block of blocks(answer.body)) {
        clearTimeout(heard);
        heard = setTimeout(quiet, SILENCE_MS);
        this.take(block);
      }
    } finally {
      clearTimeout(heard);
    }
  }

  take({ event, id, data, retry }) {
    if (id) this.last = id;
    if (retry) this.wait = this.first = Number(retry);
    if (event === "reset") this.on.lost();
    else if (CHANGES.includes(event)) this.on.event(event, JSON.parse(data));
  }

  // A page that nobody sees gives its connection back: a browser has six for all its tabs.
  rest() {
    this.close();
    this.resting = true;
  }

  wake() {
    if (!this.resting) return;
    this.resting = false;
    this.connect();
    if (!this.last) this.on.lost();
  }

  close() {
    this.connection.abort();
  }
}

const TURN_BLOCKS = 50;

// The blocks of a stream as {field: value}. Of many that came at once some are handled at a time, so that the page stays awake.
async function* blocks(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const [at, part] of parts.entries()) {
      yield Object.fromEntries(part.split("\n").map(field));
      if (at % TURN_BLOCKS === TURN_BLOCKS - 1) await breath();
    }
  }
}

// "id: 0:41" → ["id", "0:41"]; a comment has the name "".
function field(line) {
  const at = line.indexOf(":");
  return [line.slice(0, at), line.slice(at + 1).replace(/^ /, "")];
}
