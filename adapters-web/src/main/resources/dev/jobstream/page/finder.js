const MOST = 100_000;

/** Finds the rows that have a text, and those that come, without reading a row twice that has not changed. */
export class Finder {
  rows = [];
  at = -1;

  #lines = null;
  #query = '';
  #read = 0;

  search(lines, query) {
    this.#lines = lines;
    this.#query = query.toLowerCase();
    this.rows = [];
    this.at = -1;
    this.#read = lines ? lines.first : 0;
    this.read();
  }

  /** To be called before the lines are drawn, which forgets what has changed. */
  read() {
    const lines = this.#lines;
    if (!lines || this.#query === '') return;
    const from = Math.max(lines.first, Math.min(this.#read, lines.changed));
    while (this.rows.length > 0 && this.rows.at(-1) >= from) this.rows.pop();
    if (this.rows.length > 0 && this.rows[0] < lines.first) this.rows = this.rows.filter(row => row >= lines.first);
    for (let number = from; number < lines.end && this.rows.length < MOST; number++) {
      if (lines.at(number).text.toLowerCase().includes(this.#query)) this.rows.push(number);
    }
    this.#read = lines.end;
  }

  get active() {
    return this.#query !== '';
  }

  /** The next match from a row on, or the one before it; round the end. */
  step(from, way) {
    if (this.rows.length === 0) return -1;
    if (way > 0) {
      this.at = this.rows.findIndex(row => row > from);
      if (this.at < 0) this.at = 0;
    } else {
      this.at = this.rows.findLastIndex(row => row < from);
      if (this.at < 0) this.at = this.rows.length - 1;
    }
    return this.rows[this.at];
  }
}
