/** A row has no more characters than this; what is longer goes on in the next one. */
export const COLUMNS = 4096;

/** A row changes its style no more often than this; the rest of it keeps the last one. */
const SPANS = 128;

/** Would show text in an order that it is not in. */
const OVERRIDES = /[\u202a-\u202e\u2066-\u2069]/g;

export const visible = text => text.replace(OVERRIDES, '\ufffd');

const cutsPair = (text, at) => at > 0 && at < text.length && (text.charCodeAt(at) & 0xfc00) === 0xdc00
  && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;

/**
 * Rows of text with styles, numbered from 0 on, of which the oldest may be dropped. A row is `{text, spans, joined}`:
 * `spans` are pairs of where a style begins and the style, `joined` says that the row goes on with the line above.
 */
export class Lines {
  /** The number of the oldest row that is kept. */
  first = 0;
  /** The characters that are kept. */
  chars = 0;
  /** The first row that has changed since this was set to infinity. */
  changed = Infinity;

  #rows = [];

  /** The number of the row that comes next. */
  get end() {
    return this.first + this.#rows.length;
  }

  get size() {
    return this.#rows.length;
  }

  at(number) {
    return this.#rows[number - this.first];
  }

  /** Adds a line of one style, cut into rows. */
  add(text, style = 0, rest = 0, from = text.length) {
    const shown = visible(text);
    let start = 0;
    do {
      let end = Math.min(shown.length, start + COLUMNS);
      if (cutsPair(shown, end)) end--;
      const row = this.push(start > 0);
      this.put(row, 0, shown.slice(start, end), rest);
      if (start === 0 && style !== rest) this.style(row, 0, Math.min(from, end), style);
      start = end;
    } while (start < shown.length);
  }

  push(joined = false) {
    const row = {text: '', spans: [], joined};
    this.touch(this.end);
    this.#rows.push(row);
    return row;
  }

  touch(number) {
    if (number < this.changed) this.changed = number;
  }

  /** Writes over what is there, from a column on. */
  put(row, column, text, style) {
    const before = row.text;
    if (column >= before.length) {
      row.text = before + ' '.repeat(column - before.length) + text;
    } else {
      const end = column + text.length;
      let left = before.slice(0, column);
      let right = before.slice(end);
      if (cutsPair(before, column)) left = left.slice(0, -1) + ' ';
      if (cutsPair(before, end)) right = ' ' + right.slice(1);
      row.text = left + text + right;
    }
    this.chars += row.text.length - before.length;
    this.style(row, column, column + text.length, style);
  }

  /** Takes away what is there, from a column on. */
  cut(row, column) {
    if (column >= row.text.length) return;
    this.chars -= row.text.length - column;
    row.text = row.text.slice(0, column);
    row.spans = row.spans.filter(([start]) => start < column);
  }

  style(row, start, end, style) {
    const spans = row.spans;
    const last = spans.at(-1);
    if (!last || last[0] <= start) { // By far the most frequent.
      const current = last ? last[1] : 0;
      if (current === style) return;
      if (spans.length < SPANS) {
        if (last && last[0] === start) last[1] = style;
        else spans.push([start, style]);
        if (end < row.text.length) spans.push([end, current]);
      }
      return;
    }
    if (spans.length >= SPANS) return;
    let before = 0;
    let after = 0;
    for (const [at, value] of spans) {
      if (at < start) before = value;
      if (at <= end) after = value;
    }
    const kept = spans.filter(([at]) => at < start || at > end);
    if (before !== style) kept.push([start, style]);
    if (end < row.text.length && after !== style) kept.push([end, after]);
    row.spans = kept.sort(([a], [b]) => a - b);
  }

  /** Drops the oldest rows. */
  drop(count) {
    for (const row of this.#rows.splice(0, count)) {
      this.chars -= row.text.length;
      this.first++;
    }
  }

  /** The kept text, one line a line. */
  text() {
    let text = '';
    for (const {text: row, joined} of this.#rows) text += (joined || text === '' ? '' : '\n') + row;
    return text === '' ? '' : `${text}\n`;
  }
}
