import {COLUMNS, Lines, visible} from './lines.js';

/** A sequence that is longer than this is none. */
const LONGEST_SEQUENCE = 256;
const LONGEST_STRING = 4096;
const MOST_PARAMETERS = 32;
/** So far up the cursor may go: as in a window. */
const WINDOW = 100;
const TAB = 8;

export const BOLD = 1;
export const DIM = 2;
export const ITALIC = 4;
export const UNDERLINE = 8;
export const INVERSE = 16;
export const HIDDEN = 32;
export const STRIKE = 64;

const FOREGROUND = 2 ** 7;
const BACKGROUND = 2 ** 26;
const RGB = 512;

/** A style is a number: flags in 7 bits, then two colours in 19 bits each. */
const style = (flags, foreground, background) => flags + foreground * FOREGROUND + background * BACKGROUND;

export const flags = value => value % FOREGROUND;
export const foreground = value => Math.floor(value / FOREGROUND) % 2 ** 19;
export const background = value => Math.floor(value / BACKGROUND);

/** The style of a text in one of the 16 colours of a terminal. */
export const coloured = (number, also = 0) => style(also, number + 1, 0);

/** Of a colour in a style: `null` for none, a number below 16 for the theme's, or red, green and blue. */
export function colour(value) {
  if (value === 0) return null;
  if (value >= RGB) {
    const rgb = value - RGB;
    return [rgb >> 12, (rgb >> 6) & 63, rgb & 63].map(part => Math.round(part * 255 / 63));
  }
  const number = value - 1;
  if (number < 16) return number;
  if (number >= 232) return Array(3).fill(8 + (number - 232) * 10);
  const cube = number - 16;
  return [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(part => part && 55 + part * 40);
}

const byte = value => Math.min(255, Number(value) || 0);

function rgb(parts) {
  const [red, green, blue] = parts.map(part => byte(part) >> 2);
  return RGB + red * 4096 + green * 64 + blue;
}

/**
 * What a program writes to a terminal, as rows: colours, carriage returns, and the moves of a cursor that progress bars
 * are made of. What only a full screen can show is left out. Whatever comes, a write costs no more than its length.
 */
export class Terminal extends Lines {
  #row = 0;
  #column = 0;
  #pending = '';
  #flags = 0;
  #foreground = 0;
  #background = 0;
  #style = 0;

  write(chunk) {
    const text = visible(this.#pending + chunk);
    this.#pending = '';
    const controls = /[\0-\x1f\x7f-\x9f]/g;
    for (let at = 0; at < text.length;) {
      controls.lastIndex = at;
      const found = controls.exec(text);
      const until = found ? found.index : text.length;
      if (until > at) this.#print(text.slice(at, until));
      if (!found) return;
      at = until + 1;
      switch (found[0]) {
        case '\n':
          this.#line();
          this.#row++;
          this.#column = 0;
          break;
        case '\r':
          this.#column = 0;
          break;
        case '\b':
          this.#column = Math.max(0, this.#column - 1);
          break;
        case '\t':
          this.#print(' '.repeat(TAB - this.#column % TAB));
          break;
        case '\x1b':
          at = this.#escape(text, until);
          if (at < 0) {
            this.#pending = text.slice(until);
            return;
          }
      }
    }
  }

  /** A line of the page's own, between those of the program. */
  note(text, value) {
    if (this.#column > 0) this.#row++;
    this.#row = Math.max(this.#row, this.end);
    this.add(text, value);
    this.#row = this.end;
    this.#column = 0;
  }

  drop(count) {
    super.drop(count);
    this.#row = Math.max(this.#row, this.first);
  }

  #line() {
    if (this.#row >= this.end) this.push();
    this.touch(this.#row);
    return this.at(this.#row);
  }

  #print(text) {
    let start = 0;
    while (start < text.length) {
      if (this.#column >= COLUMNS) {
        this.#row++;
        this.#column = 0;
        if (this.#row >= this.end) this.push(true);
      }
      let end = Math.min(text.length, start + COLUMNS - this.#column);
      if (end < text.length && (text.charCodeAt(end) & 0xfc00) === 0xdc00) end++;
      this.put(this.#line(), this.#column, text.slice(start, end), this.#style);
      this.#column += end - start;
      start = end;
    }
  }

  /** Where the text goes on behind the sequence; negative if the end of it has not come yet. */
  #escape(text, from) {
    const kind = text[from + 1];
    if (kind === undefined) return -1;
    if (kind === '[') {
      const sequence = /\x1b\[([0-?]*)[ -/]*([@-~])?/y;
      sequence.lastIndex = from;
      const [all, parameters, final] = sequence.exec(text);
      if (final) {
        if (all.length <= LONGEST_SEQUENCE) this.#control(parameters, final);
      } else if (from + all.length === text.length && all.length < LONGEST_SEQUENCE) {
        return -1;
      }
      return from + all.length;
    }
    if (']PX^_'.includes(kind)) { // A title, a link, a picture.
      const end = /\x07|\x1b\\/g;
      end.lastIndex = from + 2;
      const found = end.exec(text);
      if (found && found.index - from <= LONGEST_STRING) return found.index + found[0].length;
      return text.length - from <= LONGEST_STRING ? -1 : from + 2;
    }
    return from + ('()*+#%'.includes(kind) ? 3 : 2);
  }

  #control(parameters, final) {
    if (final === 'm') {
      this.#select(parameters);
      return;
    }
    const count = Math.min(COLUMNS, Math.max(1, parseInt(parameters, 10) || 1));
    switch (final) {
      case 'A':
      case 'F':
        this.#row = Math.max(this.#row - count, this.first, this.end - WINDOW);
        if (final === 'F') this.#column = 0;
        break;
      case 'B':
      case 'E':
        this.#row = Math.min(this.#row + count, this.end);
        if (final === 'E') this.#column = 0;
        break;
      case 'C':
        this.#column = Math.min(this.#column + count, COLUMNS - 1);
        break;
      case 'D':
        this.#column = Math.max(0, this.#column - count);
        break;
      case 'G':
        this.#column = count - 1;
        break;
      case 'K':
        this.#erase(parameters);
        break;
      case 'J':
        if (parameters === '' || parameters === '0') {
          this.#erase('');
          for (let below = this.#row + 1; below < this.end; below++) this.cut(this.at(below), 0);
        }
        break;
    }
  }

  #erase(parameters) {
    const line = this.#line();
    if (parameters === '1') this.put(line, 0, ' '.repeat(Math.min(this.#column, line.text.length)), 0);
    else this.cut(line, parameters === '2' ? 0 : this.#column);
  }

  #select(parameters) {
    const all = parameters.split(';').slice(0, MOST_PARAMETERS);
    for (let at = 0; at < all.length; at++) {
      const [code, ...parts] = all[at].split(':');
      const number = Number(code) || 0;
      if (number === 38 || number === 48) {
        let value = 0;
        if (parts.length > 0) {
          value = parts[0] === '5' ? byte(parts[1]) + 1 : rgb(parts.slice(-3));
        } else if (all[at + 1] === '5') {
          value = byte(all[at + 2]) + 1;
          at += 2;
        } else if (all[at + 1] === '2') {
          value = rgb([all[at + 2], all[at + 3], all[at + 4]]);
          at += 4;
        }
        if (number === 38) this.#foreground = value;
        else this.#background = value;
      } else {
        this.#selectOne(number, parts);
      }
    }
    this.#style = style(this.#flags, this.#foreground, this.#background);
  }

  #selectOne(number, parts) {
    const on = ON[number];
    if (number === 0) this.#flags = this.#foreground = this.#background = 0;
    else if (number === 4 && parts[0] === '0') this.#flags &= ~UNDERLINE;
    else if (on) this.#flags |= on;
    else if (OFF[number]) this.#flags &= ~OFF[number];
    else if (number >= 30 && number <= 37) this.#foreground = number - 29;
    else if (number === 39) this.#foreground = 0;
    else if (number >= 40 && number <= 47) this.#background = number - 39;
    else if (number === 49) this.#background = 0;
    else if (number >= 90 && number <= 97) this.#foreground = number - 81;
    else if (number >= 100 && number <= 107) this.#background = number - 91;
  }
}

const ON = {1: BOLD, 2: DIM, 3: ITALIC, 4: UNDERLINE, 7: INVERSE, 8: HIDDEN, 9: STRIKE, 21: UNDERLINE};
const OFF = {22: BOLD | DIM, 23: ITALIC, 24: UNDERLINE, 27: INVERSE, 28: HIDDEN, 29: STRIKE};
