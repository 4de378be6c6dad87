// The map: events gathered into dots. Solid is a place, hollow stands for a whole country. A dot, or a box drawn, filters.

import { el, svg } from "./dom.js";
import { FAMILIES, count, countryName, plural } from "./words.js";

// As build_map.py draws it: tenths of a degree, from 84° north down.
const WIDTH = 3600;
const HEIGHT = 1410;
const NORTH = 84;
const CELL_PX = 9;
const LEAST_SPAN = 500;
const DRAG_PX = 6;
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
    this.frame = svg("rect", { class: "box" });
    this.art = svg("svg", { role: "group", "aria-label": "World map", preserveAspectRatio: "xMidYMid meet" },
      svg("use", { href: "/static/world.svg#world", class: "land" }), this.chosen = svg("g", { class: "chosen" }), this.frame, this.dots);
    this.back = el("button", { type: "button", class: "quiet whole", hidden: true, onclick: () => onBox("") }, "Whole world");
    root.append(this.art, this.back);
    this.art.addEventListener("pointerdown", (down) => this.drag(down));
    this.dots.addEventListener("keydown", (key) => this.stepped(key));
    new ResizeObserver(() => this.look()).observe(root);
  }

  // `state`: for the area and the countries that are chosen.
  show(events, state) {
    this.events = events;
    this.state = state;
    this.chosen.replaceChildren(...state.country.map((code) => svg("use", { href: `/static/world.svg#${encodeURIComponent(code)}` })));
    this.look();
  }

  // The part of the world in sight: all of it, or the area with some room around.
  look() {
    const { clientWidth, clientHeight } = this.root;
    if (!clientWidth || !this.state) return;
    let [x, y, width, height] = [0, 0, WIDTH, HEIGHT];
    if (this.state.bbox) {
      const [west, south, east, north] = boxOf(this.state.bbox);
      const [[left, top], [right, bottom]] = [project(west, north), project(east, south)];
      width = Math.min(WIDTH, Math.max(LEAST_SPAN, (right - left) * 1.3, ((bottom - top) * 1.3 * clientWidth) / clientHeight));
      height = (width * clientHeight) / clientWidth;
      [x, y] = [(left + right - width) / 2, (top + bottom - height) / 2];
      place(this.frame, left, top, right - left, bottom - top);
    }
    this.art.setAttribute("viewBox", [x, y, width, height].map(Math.round).join(" "));
    this.frame.classList.toggle("on", Boolean(this.state.bbox));
    this.back.hidden = !this.state.bbox;
    this.scale = Math.max(width / clientWidth, height / clientHeight);
    this.art.style.setProperty("--unit", this.scale);
    this.draw();
  }

  draw() {
    const cells = gather(this.events, CELL_PX * this.scale);
    const most = Math.max(1, ...cells.map((cell) => cell.events));
    const focused = this.dots.contains(document.activeElement) && document.activeElement.dataset.key;
    this.dots.replaceChildren(...cells.map((cell, at) => this.dot(cell, at, most)));
    if (focused) [...this.dots.children].find((dot) => dot.dataset.key === focused)?.focus();
    const placeless = this.events.length - cells.reduce((sum, cell) => sum + cell.events, 0);
    this.caption(placeless);
  }

  dot(cell, at, most) {
    const radius = (3.2 + 6 * Math.sqrt(cell.events / Math.max(most, 12))) * this.scale;
    const choose = () => (cell.country ? this.on.onCountry(cell.country) : this.on.onBox(around(cell)));
    const words = `${cell.name}: ${plural(cell.events, "event")}, mostly ${cell.family}${cell.exact ? "" : ", whole country"}`;
    return svg("circle", {
      cx: cell.x, cy: cell.y, r: radius, class: `${cell.family} ${cell.exact ? "exact" : "hollow"}`, role: "button",
      tabindex: at === 0 ? "0" : "-1", "aria-label": words, "data-key": cell.key, onclick: choose,
      onkeydown: (key) => { if (key.key === "Enter" || key.key === " ") { key.preventDefault(); key.stopPropagation(); choose(); } },
    }, svg("title", {}, words));
  }

  caption(placeless) {
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

// Events → dots, the fullest first. A country's events make one dot; places make one where they would touch.
export function gather(events, size) {
  const cells = new Map();
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
  return [...cells.values()].map(settled).sort((a, b) => b.events - a.events);
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
