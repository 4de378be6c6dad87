// The state of the page is its address: the API's own parameters, and which event is open.

export const LISTS = ["family", "kind", "country", "actor", "source", "language", "modality", "change"];
const TEXTS = ["q", "min_confidence", "bbox", "since", "until"];
const OWN = ["last", "event"];

export const SPANS = { "1h": 3600, "6h": 21600, "24h": 86400, "48h": 172800, "7d": 604800 };

const ONE_BOX = /^-?\d+(\.\d+)?(,-?\d+(\.\d+)?){3}$/;
const AN_EVENT = /^[0-9a-z]{26}$/;

// "?kind=…" → state; what cannot be meant is left out.
export function read(search) {
  const parameters = new URLSearchParams(search);
  const state = {};
  for (const name of LISTS) state[name] = [...new Set(parameters.getAll(name).filter(Boolean))];
  for (const name of [...TEXTS, ...OWN]) state[name] = parameters.get(name) ?? "";
  if (!ONE_BOX.test(state.bbox)) state.bbox = "";
  if (!(Number(state.min_confidence) > 0 && Number(state.min_confidence) <= 1)) state.min_confidence = "";
  if (!AN_EVENT.test(state.event)) state.event = "";
  if (!Object.hasOwn(SPANS, state.last)) state.last = "";
  for (const name of ["since", "until"]) if (Number.isNaN(Date.parse(state[name]))) state[name] = "";
  return state;
}

// State → "?kind=…" or "/" alone.
export function write(state) {
  const parameters = new URLSearchParams();
  for (const name of LISTS) for (const value of state[name]) parameters.append(name, value);
  for (const name of [...TEXTS, ...OWN]) if (state[name]) parameters.set(name, state[name]);
  const text = parameters.toString();
  return text ? `/?${text}` : "/";
}

// State → what is asked of the API; `without` names what is left out, `now` (ms) turns "the last 6 h" into an instant.
export function query(state, without = [], now = Date.now()) {
  const parameters = new URLSearchParams();
  for (const name of LISTS) if (!without.includes(name)) for (const value of state[name]) parameters.append(name, value);
  for (const name of TEXTS) if (state[name] && !without.includes(name)) parameters.set(name, state[name]);
  if (state.last && !without.includes("since")) {
    parameters.set("since", new Date(now - SPANS[state.last] * 1000).toISOString());
  }
  return parameters;
}

// Whether two states ask for the same events.
export const same = (a, b) => `${query(a, [], 0)} ${a.last}` === `${query(b, [], 0)} ${b.last}`;

// Whether anything but the open event narrows the view.
export function narrowed(state) {
  return LISTS.some((name) => state[name].length) || [...TEXTS, "last"].some((name) => state[name]);
}

export const EVERYTHING = () => read("");
