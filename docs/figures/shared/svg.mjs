// How figures write numbers and draw.

const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export const escaped = (text) => String(text).replace(/[&<>"]/g, (sign) => SIGNS[sign]);

// A number for a reader, with at most this many digits that count: 0.0074, 1.2e-9, 1000, inf, nan.
export function shown(value, digits = 4) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  if (size >= 1e-4 && size < 1e6) return String(rounded);
  const [front, exponent] = rounded.toExponential().split("e");
  return `${front}e${Number(exponent)}`;
}

// A number with this many digits after the point, for columns.
export const fixed = (value, digits = 3) =>
  Number.isFinite(value) && Math.abs(value) < 1e6 ? (Number(value.toFixed(digits)) || 0).toFixed(digits) : shown(value);

// Coordinates need no more than this.
const place = (value) => String(Math.round(value * 100) / 100);

const written = (attributes) =>
  Object.entries(attributes)
    .filter(([, value]) => value !== undefined && value !== null && value !== false)
    .map(([name, value]) => ` ${name}="${escaped(typeof value === "number" ? place(value) : value)}"`)
    .join("");

// element("circle", { cx: 3 }) is '<circle cx="3"/>'.
export const element = (tag, attributes = {}, inside = "") =>
  inside === "" ? `<${tag}${written(attributes)}/>` : `<${tag}${written(attributes)}>${inside}</${tag}>`;

// Signs of a formula are typed as s_1 or s_{1,2}: what stands low is set low.
export const text = (x, y, words, attributes = {}) =>
  element(
    "text",
    { x, y, ...attributes },
    String(words)
      .split(/_(\{[^}]*\}|\w)/)
      .map((part, at) =>
        at % 2
          ? `<tspan dy="3.5" font-size="75%">${escaped(part.replace(/[{}]/g, ""))}</tspan><tspan dy="-3.5">\u200b</tspan>`
          : escaped(part),
      )
      .join(""),
  );

export const line = (x1, y1, x2, y2, attributes = {}) => element("line", { x1, y1, x2, y2, ...attributes });

// A rectangle from one corner to the opposite, whichever way round.
export const bar = (x1, y1, x2, y2, attributes = {}) =>
  element("rect", {
    x: Math.min(x1, x2),
    y: Math.min(y1, y2),
    width: Math.abs(x2 - x1),
    height: Math.abs(y2 - y1),
    ...attributes,
  });

export const path = (points, attributes = {}) =>
  element("path", { d: points.map(([x, y], at) => `${at ? "L" : "M"}${place(x)} ${place(y)}`).join(""), ...attributes });

// From values to places: scale([0, 1], [10, 110])(0.5) is 60. What lies outside stops at the edge.
export const scale =
  ([from, to], [start, end]) =>
  (value) => {
    const share = Math.min(1, Math.max(0, (value - from) / (to - from)));
    return start + share * (end - start);
  };
