// Elements. Text goes in as text nodes only: nothing here, or anywhere on the page, parses markup.

const SVG = "http://www.w3.org/2000/svg";

// el("a", {class: "x", onclick: f, "aria-label": "…"}, "text", child, null)
export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// Foreign text in its own direction, so that an override in a headline turns nothing around it.
export function foreign(text, attributes = {}) {
  return el("bdi", attributes, String(text ?? ""));
}

// A link to the world outside, or plain text where the address is not http(s).
export function outside(address, label) {
  const url = httpOnly(address);
  if (!url) return foreign(label);
  return el("a", { href: url, rel: "noopener noreferrer nofollow", target: "_blank" }, foreign(label));
}

export function httpOnly(address) {
  if (typeof address !== "string") return null;
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

export const byId = (id) => document.getElementById(id);

// Lets the browser take what waits (input, a frame) before the work goes on.
export const breath = () => globalThis.scheduler?.yield?.() ?? new Promise((resume) => { setTimeout(resume); });

// A button that copies; it says what happened.
export function copyButton(text, label = "Copy") {
  const button = el("button", { type: "button", class: "copy" }, label);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Select and copy";
    }
    setTimeout(() => { button.textContent = label; }, 2000);
  });
  return button;
}

// Text to take away: a block that can be selected, with a button that copies it.
export function takeaway(text, label) {
  return el("div", { class: "takeaway" },
    el("pre", { tabindex: "0", "aria-label": label }, text), copyButton(text));
}
