// The API key, where the gateway wants one: asked for on the page, sent as a header, kept as long as the tab lives.

import { byId } from "./dom.js";

const NAME = "tickertape.key";
let held = kept();
let waiting = null;

function kept() {
  try {
    return sessionStorage.getItem(NAME) ?? "";
  } catch {
    return ""; // a browser that keeps nothing
  }
}

export const headers = () => (held ? { "x-api-key": held } : {});
export const offered = () => held;

// Until there is another key than the one that was refused; everybody who asks waits for the same.
export function another(refused) {
  if (held !== refused) return Promise.resolve();
  waiting ??= wait();
  const form = byId("key");
  form.querySelector("[role=alert]").textContent = refused ? "The gateway does not accept this key." : "";
  if (!form.open) form.showModal();
  return waiting.taken;
}

function wait() {
  let take;
  const taken = new Promise((resume) => { take = resume; });
  return { taken, take };
}

// The gateway has answered: what was asked with is good.
export function accepted() {
  const form = byId("key");
  if (form.open && !waiting) form.close();
}

function given(key) {
  held = key;
  try {
    sessionStorage.setItem(NAME, key);
  } catch {
    // nothing is kept: the key lasts as long as the page
  }
  waiting?.take();
  waiting = null;
}

export function keyForm() {
  const form = byId("key");
  const field = form.querySelector("input");
  form.addEventListener("cancel", (event) => event.preventDefault()); // without a key there is nothing behind it
  form.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim()) given(field.value.trim());
    field.value = "";
  });
}
