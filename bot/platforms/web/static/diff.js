// What changed between two texts: first by line, then by sentence, then by word.

const LINES = /[^\n]*\n|[^\n]+$/g;
const SENTENCES = /[^.!?\n]*[.!?\n]+\s*|[^.!?\n]+/g;
const WORDS = /\s+|\S+/g;
const LEVELS = [LINES, SENTENCES, WORDS];

// Above so many cells a comparison would be felt: the whole stretch counts as changed.
const MOST_CELLS = 16_000_000;

/** The pieces of both texts in order: [{ kind: "same" | "gone" | "new", text }]. */
export function changes(before, after, level = 0) {
  const steps = compare(before.match(LEVELS[level]) ?? [], after.match(LEVELS[level]) ?? []);
  const finer = level + 1 < LEVELS.length;
  return grouped(steps).flatMap(({ same, gone, added }) => {
    if (finer && gone && added) return changes(gone, added, level + 1);
    const pieces = [
      { kind: "same", text: same },
      { kind: "gone", text: gone },
      { kind: "new", text: added },
    ];
    return pieces.filter(({ text }) => text);
  });
}

/** Runs of what stayed, each alone, and of what changed; a space between changes is one of them. */
function grouped(steps) {
  const groups = [];
  for (const [index, { kind, text }] of steps.entries()) {
    const last = groups.at(-1);
    const next = steps[index + 1];
    const joins = kind === "same" && !text.trim() && last && !last.same && next?.kind !== "same";
    if (joins && next) {
      last.gone += text;
      last.added += text;
    } else if (kind === "same") {
      if (last?.same) last.same += text;
      else groups.push({ same: text, gone: "", added: "" });
    } else {
      if (!last || last.same) groups.push({ same: "", gone: "", added: "" });
      groups.at(-1)[kind === "gone" ? "gone" : "added"] += text;
    }
  }
  return groups;
}

function compare(before, after) {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return [
    ...before.slice(0, start).map(same),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

function middle(before, after) {
  if (before.length * after.length > MOST_CELLS) return [...before.map(gone), ...after.map(added)];
  const lengths = commonLengths(before, after);
  const width = after.length + 1;
  const steps = [];
  let [row, column] = [0, 0];
  while (row < before.length && column < after.length) {
    if (before[row] === after[column]) {
      steps.push(same(before[row]));
      row += 1;
      column += 1;
    } else if (lengths[(row + 1) * width + column] >= lengths[row * width + column + 1]) {
      steps.push(gone(before[row]));
      row += 1;
    } else {
      steps.push(added(after[column]));
      column += 1;
    }
  }
  return [...steps, ...before.slice(row).map(gone), ...after.slice(column).map(added)];
}

/** The length of the longest common subsequence from each pair of places on. */
function commonLengths(before, after) {
  const width = after.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      const at = row * width + column;
      lengths[at] =
        before[row] === after[column]
          ? lengths[at + width + 1] + 1
          : Math.max(lengths[at + width], lengths[at + 1]);
    }
  }
  return lengths;
}

const same = (text) => ({ kind: "same", text });
const gone = (text) => ({ kind: "gone", text });
const added = (text) => ({ kind: "new", text });
