// What the page asks of the gateway. Where that wants a key, asking waits until somebody has given one.

import { accepted, another, headers, offered } from "./key.js";

export class ApiError extends Error {}

// fetch() with the key. Without credentials of the browser's own: they would bring up its prompt.
export async function ask(path, options = {}) {
  for (;;) {
    const key = offered();
    const answer = await fetch(path, { ...options, credentials: "omit", headers: { ...options.headers, ...headers() } });
    if (answer.status !== 401) {
      accepted();
      return answer;
    }
    await another(key);
    options.signal?.throwIfAborted();
  }
}

// GET → JSON; raises ApiError with the server's own words where it has some.
export async function get(path, parameters = new URLSearchParams(), signal = undefined) {
  const text = parameters.toString();
  let answer;
  try {
    answer = await ask(text ? `${path}?${text}` : path, { signal, headers: { accept: "application/json" } });
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

// A link cannot say the key: where there is one, what it leads to is fetched and handed over as a file.
export function keyedLinks() {
  document.addEventListener("click", async (click) => {
    const link = click.target.closest?.('a[href^="/v1/"]');
    if (!link || !offered()) return;
    click.preventDefault();
    const answer = await ask(link.getAttribute("href"));
    const name = new URL(link.href).pathname.split("/").at(-1);
    const file = document.createElement("a");
    file.href = URL.createObjectURL(await answer.blob());
    file.download = name.includes(".") ? name : `${name}.json`;
    file.click();
    setTimeout(() => URL.revokeObjectURL(file.href), 60000);
  });
}
