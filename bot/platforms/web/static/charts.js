// Charts, drawn by Coach in the colours of this page, with the same in words for who can't see one.

import { drawn } from "./api.js";
import { element, small } from "./dom.js";

const KEPT = 24;

const dark = matchMedia("(prefers-color-scheme: dark)");
const pictures = new Map();

/** Whether there is something to draw. */
export function hasPoints({ series }) {
  return series.some(({ values }) => values.length);
}

/** Show *chart*; it is drawn anew when the page turns dark or light. */
export function chartFigure(chart) {
  const waiting = element("p", { class: "muted" }, "Drawing the chart…");
  const frame = element("div", { class: "chart-frame", "aria-busy": "true" }, waiting);
  const figure = element("figure", { class: "chart" }, frame);
  figure.append(element("figcaption", { class: "small" }, chart.title));
  const show = async () => {
    try {
      const src = await picture(chart);
      frame.replaceChildren(element("img", { src, alt: chart.alt, width: 1200, height: 675 }));
    } catch {
      frame.replaceChildren(element("p", {}, chart.alt), small("The chart could not be drawn."));
      figure.classList.add("in-words");
    }
    frame.ariaBusy = "false";
  };
  const follow = () => {
    if (figure.isConnected) show();
    else dark.removeEventListener("change", follow);
  };
  dark.addEventListener("change", follow);
  show();
  return figure;
}

/** The address of the image of *chart*, asked for once. */
function picture(chart) {
  const scheme = dark.matches;
  const key = JSON.stringify([scheme, chart]);
  if (!pictures.has(key)) {
    const coming = drawn(chart, scheme).then((image) => URL.createObjectURL(image));
    pictures.set(key, coming);
    coming.catch(() => pictures.delete(key));
    if (pictures.size > KEPT) forgetOldest();
  }
  return pictures.get(key);
}

function forgetOldest() {
  const [key, coming] = pictures.entries().next().value;
  pictures.delete(key);
  coming.then((address) => URL.revokeObjectURL(address), () => null);
}
