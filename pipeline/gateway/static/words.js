// How things are said: names of kinds and countries, ages, instants, numbers.

import { COUNTRIES } from "./countries.js";

export const FAMILIES = ["diplomacy", "peace", "conflict", "unrest", "assistance"];

// A format takes milliseconds to make: each is made when it is first needed.
function lazily(make) {
  let made = null;
  return () => (made ??= make());
}

// "talks-postponed" → "Talks postponed"
export function kindName(kind) {
  const text = String(kind ?? "").replaceAll("-", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export const countryName = (code) => (Object.hasOwn(COUNTRIES, code) ? COUNTRIES[code] : String(code ?? ""));

const languages = lazily(() => new Intl.DisplayNames(["en"], { type: "language", fallback: "code" }));
export function languageName(code) {
  try {
    return languages().of(code);
  } catch {
    return String(code);
  }
}

export const NAMES = { kind: kindName, country: countryName, language: languageName, family: kindName, modality: kindName, change: kindName };

const numbers = lazily(() => new Intl.NumberFormat("en"));
export const count = (number) => numbers().format(number ?? 0);
export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

// Age in one unit: "now", "5 min", "3 h", "2 d", then the date.
export function age(instant, now) {
  const ms = now - Date.parse(instant);
  if (Number.isNaN(ms)) return "";
  const minutes = Math.floor(ms / 60000);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h`;
  if (minutes < 10080) return `${Math.floor(minutes / 1440)} d`;
  return day(instant);
}

const dated = (parts) => lazily(() => new Intl.DateTimeFormat("en-GB", parts));
const DAY = { day: "numeric", month: "short" };
const CLOCK = { hour: "2-digit", minute: "2-digit" };
const days = dated({ ...DAY, year: "numeric" });
const shortDays = dated(DAY);
const clocks = dated(CLOCK);
const whole = dated({ ...DAY, year: "numeric", ...CLOCK, timeZoneName: "short" });

const said = (format, instant) => {
  const at = new Date(instant ?? NaN);
  return Number.isNaN(at.getTime()) ? "" : format().format(at);
};
export const day = (instant) => said(days, instant);
export const clock = (instant) => said(clocks, instant);
export const moment = (instant) => said(whole, instant);

// A mark on the timeline: the clock where buckets are hours or less, else the day.
export const mark = (instant, bucketSeconds) =>
  bucketSeconds < 3600 * 6 ? `${said(shortDays, instant)}, ${clock(instant)}` : day(instant);

// When something last happened, for a line of text: "14:02", "3 Mar 14:02".
export function since(instant, now) {
  const near = now - Date.parse(instant) < 20 * 3600 * 1000;
  return near ? clock(instant) : `${day(instant)}, ${clock(instant)}`;
}

export const percent = (number) => `${Math.round((number ?? 0) * 100)} %`;
