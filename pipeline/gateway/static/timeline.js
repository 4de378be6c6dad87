// The timeline: a histogram of all times in the view, and on it the brush that chooses some. By pointer and by keyboard.

import { el, svg } from "./dom.js";
import { count, mark, moment, plural } from "./words.js";

const TOP = 14;
const FOOT = 16;
const DRAG_PX = 4;

export class Timeline {
  // `onBrush(since, until)`: instants as ISO text, "" for open.
  constructor(root, { onBrush }) {
    this.root = root;
    this.onBrush = onBrush;
    this.art = svg("svg", { "aria-hidden": "true" });
    this.handles = [this.handle("From", 0), this.handle("Until", 1)];
    this.tip = el("span", { class: "tip", hidden: true });
    root.append(this.art, ...this.handles, this.tip);
    this.art.addEventListener("pointerdown", (down) => this.drag(down));
    this.art.addEventListener("pointermove", (move) => this.hover(move));
    this.art.addEventListener("pointerleave", () => { this.tip.hidden = true; });
    this.art.addEventListener("mousedown", (down) => down.preventDefault()); // a brush selects no text
    this.art.addEventListener("pointerenter", () => this.measure());
    new ResizeObserver(() => { this.measure(); this.draw(); }).observe(root);
  }

  // Asked of the browser where it knows, not while drawing: that would make it lay out the whole page there and then.
  measure() {
    ({ left: this.left, width: this.width, height: this.height } = this.root.getBoundingClientRect());
  }

  handle(label, which) {
    const node = el("div", { class: "handle", role: "slider", tabindex: "0", "aria-label": label });
    node.addEventListener("keydown", (key) => this.keyed(key, which));
    return node;
  }

  // `histogram`: of the API; `since`, `until`: instants as text or "".
  show(histogram, since, until) {
    this.bucket = Math.max(1, histogram.bucket_seconds) * 1000;
    this.buckets = histogram.buckets.map((one) => ({ at: Date.parse(one.at), count: one.count }));
    const times = this.buckets.map((one) => one.at);
    this.start = times.length ? Math.min(...times) : 0;
    this.end = times.length ? Math.max(...times) + this.bucket : 0;
    // What a key has just done stands: it is on its way to the address, and this answer is older.
    if (!this.later) this.brush = since || until ? this.clamped([Date.parse(since) || this.start, Date.parse(until) || this.end]) : null;
    this.draw();
  }

  clamped([from, to]) {
    const inside = (at) => Math.min(Math.max(at, this.start), this.end);
    return [inside(from), inside(to)];
  }

  x(at) {
    return ((at - this.start) / (this.end - this.start)) * this.width;
  }

  at(x) {
    return this.start + (Math.min(Math.max(x, 0), this.width) / this.width) * (this.end - this.start);
  }

  draw() {
    const some = this.buckets?.length && this.width;
    for (const handle of this.handles) handle.hidden = !some;
    if (!some) return this.art.replaceChildren(svg("text", { class: "nothing", x: "0", y: "34" }, this.buckets ? "No events in this view" : ""));
    this.art.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    this.art.replaceChildren(svg("path", { class: "axis", d: `M0 ${this.foot + 0.5}H${this.width}` }), ...this.bars(), ...this.marks());
    this.overlay();
  }

  get foot() {
    return this.height - FOOT;
  }

  bars() {
    const most = Math.max(...this.buckets.map((one) => one.count));
    const wide = Math.max(1.5, this.x(this.start + this.bucket) - 1);
    return this.buckets.filter((one) => one.count).map((one) => {
      const tall = Math.max(2, (one.count / most) * (this.foot - TOP));
      const lit = !this.brush || (one.at + this.bucket > this.brush[0] && one.at < this.brush[1]);
      return svg("rect", { class: lit ? "lit" : "dim", x: this.x(one.at), y: this.foot - tall, width: wide, height: tall });
    });
  }

  marks() {
    const steps = Math.max(1, Math.floor(this.width / 170));
    return Array.from({ length: steps }, (_, i) => {
      const at = this.start + (i / steps) * (this.end - this.start);
      return svg("text", { class: "mark", x: this.x(at), y: this.height - 3 }, mark(at, this.bucket / 1000));
    });
  }

  overlay() {
    this.art.querySelector(".brush")?.remove();
    const [from, to] = this.brush ?? [this.start, this.end];
    if (this.brush) {
      const wide = Math.max(2, this.x(to) - this.x(from));
      this.art.prepend(svg("rect", { class: "brush", x: this.x(from), y: 0, width: wide, height: this.foot }));
    }
    [from, to].forEach((at, which) => {
      const handle = this.handles[which];
      handle.style.transform = `translateX(${this.x(at)}px)`;
      handle.classList.toggle("on", Boolean(this.brush));
      handle.setAttribute("aria-valuemin", Math.round(this.start / 1000));
      handle.setAttribute("aria-valuemax", Math.round(this.end / 1000));
      handle.setAttribute("aria-valuenow", Math.round(at / 1000));
      handle.setAttribute("aria-valuetext", moment(at));
    });
  }

  drag(down) {
    if (down.button || !this.buckets?.length) return;
    this.measure();
    const from = this.at(down.clientX - this.left);
    const before = this.brush;
    const moved = (move) => {
      this.brush = [from, this.at(move.clientX - this.left)].sort((a, b) => a - b);
      this.draw();
    };
    const done = (up) => {
      this.art.removeEventListener("pointermove", moved);
      if (up.type === "pointercancel") { this.brush = before; return this.draw(); }
      if (Math.abs(up.clientX - down.clientX) < DRAG_PX) return this.clicked(from, before);
      this.commit();
    };
    this.art.setPointerCapture(down.pointerId);
    this.art.addEventListener("pointermove", moved);
    for (const end of ["pointerup", "pointercancel"]) this.art.addEventListener(end, done, { once: true });
  }

  // A click clears the brush; where there is none it takes one bar.
  clicked(at, before) {
    if (before) this.brush = null;
    else {
      const from = this.start + Math.floor((at - this.start) / this.bucket) * this.bucket;
      this.brush = [from, from + this.bucket];
    }
    this.commit();
  }

  commit() {
    clearTimeout(this.later);
    this.later = 0;
    this.draw();
    if (!this.brush) return this.onBrush("", "");
    const [from, to] = this.brush.map((at) => new Date(Math.round(at)).toISOString());
    return this.onBrush(from, to);
  }

  keyed(key, which) {
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[key.key];
    const edge = { Home: this.start, End: this.end }[key.key];
    if (key.key === "Delete" || key.key === "Backspace") this.brush = null;
    else if (steps || edge !== undefined) {
      const brush = [...(this.brush ?? [this.start, this.end])];
      brush[which] = edge ?? brush[which] + steps * this.bucket;
      brush[which] = which ? Math.max(brush[1], brush[0] + this.bucket) : Math.min(brush[0], brush[1] - this.bucket);
      this.brush = this.clamped(brush);
    } else return;
    key.preventDefault();
    key.stopPropagation();
    this.draw();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.commit(), 250);
  }

  hover(move) {
    if (!this.buckets?.length) return;
    const x = move.clientX - this.left;
    const at = this.at(x);
    const found = this.buckets.find((one) => one.at <= at && at < one.at + this.bucket);
    this.tip.textContent = `${mark(at, this.bucket / 1000)} · ${found ? plural(found.count, "event") : count(0)}`;
    this.tip.hidden = false;
    this.tip.style.transform = `translateX(${x}px) translateX(${x > this.width / 2 ? "-100%" : "0"})`;
  }
}
