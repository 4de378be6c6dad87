// Stories: what many articles tell of one happening; which one an event belongs to.

import { get } from "./api.js";
import { el, foreign } from "./dom.js";
import { kindName, plural } from "./words.js";

const NEWEST = "200";
const MOST_SHOWN = 6;

export class Stories {
  constructor() {
    this.byEvent = new Map();
    this.byArticle = new Map();
    this.told = "";
  }

  // Fetches the newest of a view; whether any of them has changed.
  async refresh(asked) {
    asked.set("limit", NEWEST);
    const { stories } = await get("/v1/stories", asked);
    const told = stories.map((story) => `${story.story_id}.${story.revision}`).join();
    if (told === this.told) return false;
    this.told = told;
    this.byEvent = new Map(stories.flatMap((story) => story.event_ids.map((id) => [id, story])));
    this.byArticle = new Map(stories.flatMap((story) => story.article_keys.map((key) => [key, story])));
    return true;
  }

  of(event) {
    return this.byEvent.get(event.event_id) ?? this.byArticle.get(event.article?.key);
  }
}

// The story of an event as nodes: how many tell it, what others tell instead, the other events that are at hand.
export function storyPart(story, event, known, onOpen) {
  const others = story.event_ids.filter((id) => id !== event.event_id).map(known).filter((one) => one?.sentence).slice(0, MOST_SHOWN);
  return el("section", { class: "story" },
    el("h3", {}, `One story: ${plural(story.articles, "article")}, ${plural(story.sources.length, "independent source")}`),
    el("p", { class: "dim" }, foreign(story.sources.join(", "))),
    story.disagreement.length ? el("p", { class: "rivals" }, "Others tell: ",
      story.disagreement.map((rival) => `${kindName(rival.name)} (${plural(rival.sources, "source")})`).join(", ")) : null,
    others.length ? el("ul", {}, ...others.map((one) => el("li", {},
      el("button", { type: "button", class: "other", onclick: () => onOpen(one.event_id) }, `${kindName(one.kind)}: `, foreign(one.sentence.text))))) : null);
}
