// One event with its evidence: the sentence, why it is of this kind, what was revised, and how to get it elsewhere.

import { ApiError, get } from "./api.js";
import { difference } from "./diff.js";
import { el, foreign, outside, takeaway } from "./dom.js";
import { badges, placeName } from "./feed.js";
import { marked, segments } from "./highlight.js";
import { storyPart } from "./stories.js";
import { countryName, kindName, languageName, moment, percent } from "./words.js";

const AROUND = 700;

export class Detail {
  // `onClose()`, `onFilter(facet, value)`, `onOpen(id)`, `storyOf(event)`, `known(id)`: the event, if it is in view.
  constructor(root, on) {
    this.root = root;
    this.on = on;
    this.id = "";
    this.top = 0;
    root.addEventListener("scroll", () => { this.top = root.scrollTop; }, { passive: true });
  }

  close() {
    this.id = "";
    this.newest(null);
  }

  // While nothing is open: the newest event, large, for those who only look up now and then.
  newest(event) {
    if (this.id) return;
    this.root.hidden = !event;
    this.root.classList.add("newest");
    if (!event) return this.root.replaceChildren();
    this.root.className = `newest ${event.family}`;
    this.root.replaceChildren(el("p", { class: "dim small" }, "Newest"), ...this.parts(event, [], null));
    if (this.top) this.root.scrollTop = 0;
  }

  // Shows what is known at once, then what the gateway adds; `held`: the event of the feed, if it is there.
  async open(id, held) {
    const fresh = this.id !== id;
    this.id = id;
    this.root.hidden = false;
    if (fresh) this.top = 0;
    if (fresh) this.fill(held, [], null, held ? "" : "Fetching …");
    try {
      const answer = await get(`/v1/events/${id}`);
      if (this.id !== id) return;
      const event = answer.event ? { ...held, ...answer.event } : (held ?? lastWhole(answer.revisions));
      this.fill(event, answer.revisions, null, event ? "" : "Nothing is left of this event.");
      if (event?.article) await this.context(id, event, answer.revisions);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (this.id === id) this.fill(held, [], null, `No more than this can be shown: ${error.message}.`);
    }
  }

  async context(id, event, revisions) {
    try {
      const article = await get(`/v1/articles/${encodeURIComponent(event.article.key)}`);
      if (this.id === id && article.text) this.fill(event, revisions, article.text, "");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // without its article, the event is still all there
    }
  }

  fill(event, revisions, text, word) {
    const { top } = this;
    const close = el("button", { type: "button", class: "quiet close", "aria-label": "Close (Esc)", onclick: this.on.onClose }, "Close");
    this.root.className = event?.family ?? "";
    this.root.replaceChildren(el("div", { class: "actions" }, close),
      ...(event ? this.parts(event, revisions, text) : []), word ? el("p", { class: "dim", role: "status" }, word) : "");
    this.root.scrollTop = top;
  }

  parts(event, revisions, text) {
    const gone = event.change === "retracted";
    return [
      el("h2", {}, kindName(event.kind), " ", ...badges(event, 0)),
      gone && el("p", { class: "withdrawn" }, `Withdrawn${event.reason ? `: the article was ${event.reason}` : ""}.`),
      event.sentence && el("blockquote", { class: gone ? "gone" : "" }, el("bdi", {}, ...marked(event))),
      article(event),
      event.sentence && this.who(event),
      this.story(event),
      event.rule && why(event),
      text && event.sentence && context(event, text),
      revisions.length > 1 && history(revisions),
      elsewhere(event),
    ].filter(Boolean);
  }

  who(event) {
    const person = (role) => (one) => [role, el("span", {}, foreign(one.name || one.text), codes(one), role === "Actor" && this.only(one))];
    const rows = [
      ...(event.actors ?? []).map(person("Actor")),
      ...(event.recipients ?? []).map(person("Recipient")),
      ...(event.about ?? []).map(person("About")),
    ];
    if (event.location) rows.push(["Place", el("span", {}, foreign(placeName(event.location)), dim(event.location.precision))]);
    if (event.time) rows.push(["Time", el("span", {}, foreign(event.time.text), dim(dates(event.time)))]);
    if (event.attribution) rows.push(["According to", foreign(event.attribution.source)]);
    return table(rows);
  }

  only({ name }) {
    const choose = () => this.on.onFilter("actor", name);
    return el("button", { type: "button", class: "only", "aria-label": `Only ${name}`, onclick: choose }, "only");
  }

  story(event) {
    const story = this.on.storyOf?.(event);
    return story && story.articles > 1 && storyPart(story, event, this.on.known, this.on.onOpen);
  }
}

function codes(one) {
  const country = one.country && countryName(one.country);
  return dim([country !== one.name && country, one.sector].filter(Boolean).join(" · "));
}

const dim = (text) => (text ? el("span", { class: "dim" }, ` ${text}`) : "");
const table = (rows) => el("dl", { class: "facts" }, ...rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
const folded = (title, ...content) => el("details", {}, el("summary", {}, title), ...content);

function dates({ start_on: start, end_on: end }) {
  return !start ? "" : start === end || !end ? start : `${start} – ${end}`;
}

function lastWhole(revisions) {
  const whole = revisions.map((one) => one.data).filter((data) => data?.sentence).at(-1);
  return whole && { ...whole, change: "retracted" };
}

function article({ article: from }) {
  if (!from) return "";
  return el("p", { class: "article" },
    from.headline ? outside(from.url, from.headline) : outside(from.url, from.url ?? from.guid), el("br"),
    el("span", { class: "dim" }, foreign(from.provider), ` · ${moment(from.published_at) || "undated"} · version `, foreign(from.version),
      from.language ? ` · ${languageName(from.language)}` : ""));
}

function why(event) {
  const coded = [event.type, event.mode, event.cameo && `CAMEO ${event.cameo}`, event.quad?.toLowerCase()].filter(Boolean);
  return table([
    ["Why this kind", el("span", {}, "“", foreign(event.trigger?.text), "”", dim("by rule"), " ", el("code", {}, event.rule))],
    ["Confidence", el("span", {}, percent(event.confidence), dim(event.modality))],
    ["Coded as", el("span", {}, coded.join(" · "), dim(`Goldstein ${event.goldstein}`))],
    ["Found by", el("span", {}, `${event.model?.name} `, el("span", { class: "dim" }, event.model?.version))],
  ]);
}

// The article around the sentence. What cannot be found at its offsets is not shown as if it were.
function context(event, text) {
  const points = [...text];
  const { start, end } = event.sentence;
  const from = Math.max(0, start - AROUND);
  const to = Math.min(points.length, end + AROUND);
  if (points.slice(start, end).join("") !== event.sentence.text) return "";
  const pieces = segments(points.slice(from, to).join(""), from, [{ role: "sentence", start, end }]);
  return folded("In the article", el("p", { class: "context", dir: "auto" }, from > 0 ? "… " : "",
    ...pieces.map((piece) => (piece.roles.length ? el("mark", { class: "sentence" }, piece.text) : piece.text)), to < points.length ? " …" : ""));
}

function history(revisions) {
  const steps = revisions.map((one, at) => el("li", {},
    el("span", { class: "step" }, `Revision ${one.data?.revision ?? at + 1}`), dim(moment(one.time)),
    at === 0 ? el("p", { class: "dim" }, "Detected.")
      : one.data?.sentence ? difference(revisions[at - 1].data ?? {}, one.data)
        : el("p", {}, `Retracted: the article was ${one.data?.reason ?? "withdrawn"}.`)));
  const details = folded(`${revisions.length} revisions`, el("ol", { class: "history" }, ...steps.reverse()));
  details.open = true;
  return details;
}

// Nothing else goes into a command that somebody will paste.
const AN_ID = /^[0-9a-z]{26}$/;

// One line of shell: the broker is what the reader's own TICKERTAPE_BROKERS says.
export function kcat(event) {
  return `kcat -C -e -q -b "\${TICKERTAPE_BROKERS:-localhost:9092}" -t news.events-current.v1 -o beginning -f '%k %s\\n' | grep '^${event.event_id} '`;
}

function elsewhere(event) {
  const { arrived: _, place: __, ...plain } = event;
  return el("div", { class: "elsewhere" },
    folded("JSON", takeaway(JSON.stringify(plain, null, 2), "The event as JSON")),
    AN_ID.test(event.event_id) && folded("From Kafka", takeaway(kcat(event), "A command for kcat")),
    el("p", { class: "dim small" }, el("a", { href: `/v1/events/${event.event_id}` }, `/v1/events/${event.event_id}`)));
}
