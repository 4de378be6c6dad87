// The map: events gathered into dots. Solid is a place, hollow stands for a whole country. A dot, or a box drawn, filters.

import { breath, el, svg } from "./dom.js";
import { FAMILIES, count, countryName, plural } from "./words.js";

// As build_map.py draws it: tenths of a degree, from 84° north down.
const WIDTH = 3600;
const HEIGHT = 1410;
const NORTH = 84;
const CELL_PX = 9;
const LEAST_SPAN = 500;
const DRAG_PX = 6;
const SLICE = 2000;
const EXACT = new Set(["place", "near"]);

const project = (lon, lat) => [(lon + 180) * 10, (NORTH - lat) * 10];
const degrees = (x, y) => [x / 10 - 180, NORTH - y / 10];
const short = (number) => Math.round(number * 100) / 100;
export const boxOf = (text) => text.split(",").map(Number);

export class WorldMap {
  // `onCountry(code)` toggles; `onBox("w,s,e,n" or "")`.
  constructor(root, legend, { onCountry, onBox }) {
    this.root = root;
    this.legend = legend;
    this.on = { onCountry, onBox };
    this.events = [];
    this.box = "";
    this.dots = svg("g", { class: "dots", role: "group", "aria-label": "Places; arrow keys go from dot to dot" });
    this.drawn = new Map();
    this.frame = svg("rect", { class: "box" });
    // The land lies beneath, in a picture of its own: it takes long to paint, and dots that come and go must not have it painted anew.
    const whole = { preserveAspectRatio: "xMidYMid meet" };
    this.land = svg("svg", { ...whole, "aria-hidden": "true", class: "under" },
      svg("use", { href: "/static/world.svg#world", class: "land" }), this.chosen = svg("g", { class: "chosen" }));
    this.art = svg("svg", { ...whole, role: "group", "aria-label": "World map" }, this.frame, this.dots);
    this.back = el("button", { type: "button", class: "quiet whole", hidden: true, onclick: () => onBox("") }, "Whole world");
    root.append(this.land, this.art, this.back);
    this.art.addEventListener("mousedown", (down) => down.preventDefault()); // a box selects no text
    this.art.addEventListener("pointerdown", (down) => this.drag(down));
    this.dots.addEventListener("keydown", (key) => this.stepped(key));
    new ResizeObserver(() => {
      this.width = root.clientWidth;
      this.height = root.clientHeight;
      this.look();
    }).observe(root);
  }

  // `state`: for the area and the countries that are chosen.
  show(events, state) {
    this.events = events;
    const chosen = state.country.join();
    if (this.state?.country.join() !== chosen) {
      this.chosen.replaceChildren(...state.country.map((code) => svg("use", { href: `/static/world.svg#${encodeURIComponent(code)}` })));
    }
    this.state = state;
    this.look();
  }

  // The part of the world in sight: all of it, or the area with some room around.
  look() {
    const { width: wide, height: tall } = this;
    if (!wide || !this.state) return;
    let [x, y, width, height] = [0, 0, WIDTH, HEIGHT];
    if (this.state.bbox) {
      const [west, south, east, north] = boxOf(this.state.bbox);
      const [[left, top], [right, bottom]] = [project(west, north), project(east, south)];
      width = Math.min(WIDTH, Math.max(LEAST_SPAN, (right - left) * 1.3, ((bottom - top) * 1.3 * wide) / tall));
      height = (width * tall) / wide;
      [x, y] = [(left + right - width) / 2, (top + bottom - height) / 2];
      place(this.frame, left, top, right - left, bottom - top);
    }
    const view = [x, y, width, height].map(Math.round).join(" ");
    for (const art of [this.land, this.art]) if (art.getAttribute("viewBox") !== view) art.setAttribute("viewBox", view);
    this.frame.classList.toggle("on", Boolean(this.state.bbox));
    this.back.hidden = !this.state.bbox;
    this.scale = Math.max(width / wide, height / tall);
    for (const art of [this.land, this.art]) art.style.setProperty("--unit", this.scale);
    this.draw();
  }

  // Some events at a time, so that ten thousand keep nobody waiting; whoever draws next takes over.
  async draw() {
    const { events } = this;
    const turn = (this.turn = {});
    const cells = new Map();
    for (let at = 0; at < events.length; at += SLICE) {
      gather(cells, events.slice(at, at + SLICE), CELL_PX * this.scale);
      if (at + SLICE < events.length) await breath();
      if (this.turn !== turn) return;
    }
    const settledCells = [...cells.values()].map(settled).sort((a, b) => b.events - a.events);
    this.place(settledCells);
    this.caption(events.length - settledCells.reduce((sum, cell) => sum + cell.events, 0));
  }

  // A dot that is already there is moved, or left alone.
  place(cells) {
    const most = Math.max(12, ...cells.map((cell) => cell.events));
    const old = this.drawn;
    const focused = document.activeElement;
    this.drawn = new Map();
    const order = cells.map((cell) => {
      const dot = old.get(cell.key) ?? this.dot();
      old.delete(cell.key);
      this.drawn.set(cell.key, dot);
      dot.tell(cell, (3.2 + 6 * Math.sqrt(cell.events / most)) * this.scale);
      return dot.node;
    });
    for (const { node } of old.values()) node.remove();
    order.forEach((node, at) => { if (this.dots.children[at] !== node) this.dots.insertBefore(node, this.dots.children[at] ?? null); });
    if (order.includes(focused)) focused.focus({ preventScroll: true }); // who is moved loses it
    if (!order.some((node) => node.getAttribute("tabindex") === "0")) order[0]?.setAttribute("tabindex", "0");
  }

  dot() {
    let cell = null;
    const title = svg("title");
    const choose = () => (cell.country ? this.on.onCountry(cell.country) : this.on.onBox(around(cell)));
    const node = svg("circle", {
      role: "button", tabindex: "-1", onclick: choose,
      onkeydown: (key) => { if (key.key === "Enter" || key.key === " ") { key.preventDefault(); key.stopPropagation(); choose(); } },
    }, title);
    const tell = (now, radius) => {
      cell = now;
      const words = `${cell.name}: ${plural(cell.events, "event")}, mostly ${cell.family}${cell.exact ? "" : ", whole country"}`;
      const said = {
        cx: cell.x, cy: cell.y, r: short(radius), class: `${cell.family} ${cell.exact ? "exact" : "hollow"}`, "aria-label": words, "data-key": cell.key,
      };
      for (const [name, value] of Object.entries(said)) if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
      if (title.textContent !== words) title.textContent = words;
    };
    return { node, tell };
  }

  caption(placeless) {
    if (this.placeless === placeless) return;
    this.placeless = placeless;
    const key = FAMILIES.map((family) => el("span", { class: "key" }, el("span", { class: `dot ${family}` }), family));
    this.legend.replaceChildren(...key, el("span", { class: "key" }, el("span", { class: "dot ring" }), "country only"),
      placeless ? el("span", { class: "key rest" }, `${count(placeless)} without a place`) : "");
  }

  stepped(key) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key.key];
    if (!step) return;
    key.preventDefault();
    const all = [...this.dots.children];
    const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    document.activeElement.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }

  drag(down) {
    if (down.button || down.target.closest(".dots")) return;
    const from = this.at(down);
    const corners = (move) => [from, this.at(move)];
    const moved = (move) => {
      const [[ax, ay], [bx, by]] = corners(move);
      place(this.frame, Math.min(ax, bx), Math.min(ay, by), Math.abs(ax - bx), Math.abs(ay - by));
      this.frame.classList.add("on");
    };
    const done = (up) => {
      this.art.removeEventListener("pointermove", moved);
      const far = Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY);
      if (far > DRAG_PX && up.type === "pointerup") this.on.onBox(boxText(...corners(up)));
      else this.look();
    };
    this.art.setPointerCapture(down.pointerId);
    this.art.addEventListener("pointermove", moved);
    for (const end of ["pointerup", "pointercancel"]) this.art.addEventListener(end, done, { once: true });
  }

  at(pointer) {
    const point = new DOMPoint(pointer.clientX, pointer.clientY).matrixTransform(this.art.getScreenCTM().inverse());
    return [Math.min(Math.max(point.x, 0), WIDTH), Math.min(Math.max(point.y, 0), HEIGHT)];
  }
}

function place(rect, x, y, width, height) {
  for (const [name, value] of Object.entries({ x, y, width, height })) rect.setAttribute(name, value);
}

function boxText([ax, ay], [bx, by]) {
  const [west, north] = degrees(Math.min(ax, bx), Math.min(ay, by));
  const [east, south] = degrees(Math.max(ax, bx), Math.max(ay, by));
  return [west, south, east, north].map(short).join(",");
}

// The box around a dot's events, a little wider, so that its edges are inside.
const EDGE = 0.05;
const around = (cell) => [
  Math.max(cell.west - EDGE, -180), Math.max(cell.south - EDGE, -90), Math.min(cell.east + EDGE, 180), Math.min(cell.north + EDGE, 90),
].map(short).join(",");

// Adds events to the cells, by key. A country's events make one dot; places make one where they would touch.
function gather(cells, events, size) {
  for (const { location, family } of events) {
    if (!Number.isFinite(location?.lat) || !Number.isFinite(location?.lon)) continue;
    const exact = EXACT.has(location.precision);
    const [x, y] = project(location.lon, location.lat);
    const country = location.precision === "country" ? location.country : null;
    const key = country ?? `${exact}/${Math.floor(x / size)}/${Math.floor(y / size)}`;
    let cell = cells.get(key);
    if (!cell) cells.set(key, (cell = empty(key, exact, country)));
    cell.events += 1;
    cell.x += x;
    cell.y += y;
    cell.families[family] = (cell.families[family] ?? 0) + 1;
    cell.names.add(location.name);
    cell.west = Math.min(cell.west, location.lon);
    cell.east = Math.max(cell.east, location.lon);
    cell.south = Math.min(cell.south, location.lat);
    cell.north = Math.max(cell.north, location.lat);
  }
}

const empty = (key, exact, country) => ({
  key, exact, country, events: 0, x: 0, y: 0, families: {}, names: new Set(), west: 180, east: -180, south: 90, north: -90,
});

function settled(cell) {
  const family = Object.entries(cell.families).sort((a, b) => b[1] - a[1])[0][0];
  const [first, ...rest] = cell.names;
  const name = cell.country ? countryName(cell.country) : rest.length ? `${first} and ${rest.length} more` : first;
  return { ...cell, family, name, x: Math.round(cell.x / cell.events), y: Math.round(cell.y / cell.events) };
}
