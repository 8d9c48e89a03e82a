import {element} from './dom.js';
import * as terminal from './terminal.js';

/** Rows are made and taken away in blocks of so many. */
const BLOCK = 100;
/** So many blocks are added in a frame: more would be felt. */
const MOST_BLOCKS = 300;
/** Blocks this near to what is seen, in pixels, have their rows. */
const MARGIN = 600;
const NEAR_END = 24;
const MOST_MARKS = 200;

/**
 * Shows rows in a box that scrolls. The rows that are near what is seen are elements, all others only the height that
 * they had or are likely to have, so that a hundred thousand rows cost some hundred elements.
 */
export class LogView {
  following = true;

  #box;
  #list;
  #notice;
  #lines = null;
  #blocks = new Map();
  #blockOf = new WeakMap();
  #first = 0;
  #rowHeight = 20;
  #top = 0;
  #query = '';
  #selected = -1;
  #link;
  #onFollow;
  #seen;

  /**
   * @param box scrolls
   * @param link makes the address of a row from its number
   * @param onFollow is told when its user scrolls away from the end, or back to it
   */
  constructor(box, {link, onFollow}) {
    this.#box = box;
    this.#link = link;
    this.#onFollow = onFollow;
    this.#notice = element('p', 'notice');
    this.#list = element('div', 'rows');
    box.replaceChildren(this.#notice, this.#list);
    this.#seen = new IntersectionObserver(changes => this.#see(changes), {root: box, rootMargin: `${MARGIN}px 0px`});
    box.addEventListener('scroll', () => this.#scrolled(), {passive: true});
  }

  get lines() {
    return this.#lines;
  }

  /** Shows other lines; `null` for none. */
  show(lines) {
    this.#lines = lines;
    this.#selected = -1;
    this.clear();
    if (lines) lines.changed = lines.first;
    this.draw();
    this.setFollowing(true);
  }

  clear() {
    for (const block of this.#blocks.values()) this.#seen.unobserve(block.element);
    this.#blocks.clear();
    this.#list.replaceChildren();
    this.#first = this.#lines ? Math.floor(this.#lines.first / BLOCK) : 0;
  }

  /** Makes everything anew: the rows have changed their height, or what is marked in them. */
  redraw() {
    const block = Math.floor(this.topRow() / BLOCK);
    this.clear();
    if (this.#lines) this.#lines.changed = this.#lines.first;
    this.draw();
    if (!this.following) this.#blocks.get(block)?.element.scrollIntoView({block: 'start'});
  }

  setFollowing(on) {
    if (this.following !== on) {
      this.following = on;
      this.#onFollow(on);
    }
    if (on) this.#toEnd();
  }

  setQuery(query) {
    if (query === this.#query) return;
    this.#query = query.toLowerCase();
    for (const block of this.#blocks.values()) if (block.filled) this.#fill(block);
  }

  select(number) {
    const old = this.#rowElement(this.#selected);
    old?.classList.remove('selected');
    this.#selected = number;
    this.#rowElement(number)?.classList.add('selected');
  }

  get selected() {
    return this.#selected;
  }

  /** Scrolls to a row and marks it. */
  reveal(number) {
    if (!this.#lines || number < this.#lines.first || number >= this.#lines.end) return false;
    this.setFollowing(false);
    while (!this.#blocks.has(Math.floor(number / BLOCK))) this.#grow();
    const block = this.#blocks.get(Math.floor(number / BLOCK));
    this.#fill(block);
    this.select(number);
    this.#rowElement(number).scrollIntoView({block: 'center', inline: 'nearest'});
    this.#top = this.#box.scrollTop;
    return true;
  }

  /** The first row that is seen, about. */
  topRow() {
    const top = this.#box.getBoundingClientRect().top;
    for (const block of this.#blocks.values()) {
      const place = block.element.getBoundingClientRect();
      if (place.bottom > top) {
        const part = Math.max(0, top - place.top) / Math.max(1, place.height);
        return block.start + Math.floor(part * BLOCK);
      }
    }
    return 0;
  }

  /** Once a frame: shows what has changed. */
  draw() {
    const lines = this.#lines;
    if (!lines) return;
    if (lines.changed < Infinity) {
      this.#dropBlocks();
      const from = Math.floor(Math.max(lines.changed, lines.first) / BLOCK);
      const known = this.#first + this.#blocks.size;
      this.#grow();
      for (let number = from; number < known; number++) this.#update(this.#blocks.get(number), lines.changed);
      if (this.#first + this.#blocks.size >= Math.ceil(lines.end / BLOCK)) lines.changed = Infinity;
      else lines.changed = (this.#first + this.#blocks.size) * BLOCK;
    }
    if (this.following) this.#toEnd();
  }

  #dropBlocks() {
    const first = Math.floor(this.#lines.first / BLOCK);
    for (; this.#first < first; this.#first++) {
      const block = this.#blocks.get(this.#first);
      if (!block) continue;
      this.#seen.unobserve(block.element);
      block.element.remove();
      this.#blocks.delete(this.#first);
    }
    const dropped = this.#lines.first;
    this.#notice.textContent = dropped === 0 ? '' : `${dropped.toLocaleString('en')} earlier rows are no longer kept here.`;
  }

  /** Adds the blocks that are missing at the end. */
  #grow() {
    const end = Math.ceil(this.#lines.end / BLOCK);
    for (let added = 0; added < MOST_BLOCKS && this.#first + this.#blocks.size < end; added++) {
      const number = this.#first + this.#blocks.size;
      const block = {start: number * BLOCK, element: element('div', 'block'), filled: false};
      this.#blocks.set(number, block);
      this.#blockOf.set(block.element, block);
      this.#estimate(block);
      this.#list.append(block.element);
      this.#seen.observe(block.element);
    }
  }

  #estimate(block) {
    const rows = Math.min(this.#lines.end, block.start + BLOCK) - block.start;
    block.element.style.height = `${rows * this.#rowHeight}px`;
  }

  #update(block, changed) {
    if (!block) return;
    if (!block.filled) this.#estimate(block);
    else this.#fill(block, Math.max(changed, block.start));
  }

  /** Makes the rows of a block, from one of them on. */
  #fill(block, from = block.start) {
    const lines = this.#lines;
    const start = Math.max(block.start, lines.first);
    const end = Math.min(lines.end, block.start + BLOCK);
    if (!block.filled || start > block.start) {
      block.element.replaceChildren();
      block.element.style.height = '';
      block.filled = true;
      from = start;
    }
    while (block.element.childElementCount > Math.max(0, from - start)) block.element.lastChild.remove();
    const rows = document.createDocumentFragment();
    for (let number = start + block.element.childElementCount; number < end; number++) rows.append(this.#row(number));
    block.element.append(rows);
  }

  #empty(block) {
    block.element.style.height = `${block.element.offsetHeight}px`;
    block.element.replaceChildren();
    block.filled = false;
  }

  #see(changes) {
    for (const change of changes) {
      const block = this.#blockOf.get(change.target);
      if (this.#blocks.get(block.start / BLOCK) !== block) continue;
      if (change.isIntersecting && !block.filled) this.#fill(block);
      else if (!change.isIntersecting && block.filled) this.#empty(block);
    }
    if (this.following) this.#toEnd();
  }

  #toEnd() {
    // What is about to be seen has its rows before the browser has looked for itself; what is not would keep them.
    let height = 0;
    for (let at = this.#first + this.#blocks.size - 1; at >= this.#first && height < this.#box.clientHeight; at--) {
      const block = this.#blocks.get(at);
      if (!block.filled) this.#fill(block);
      height += block.element.childElementCount * this.#rowHeight;
    }
    this.#box.scrollTop = this.#box.scrollHeight;
    this.#top = this.#box.scrollTop;
  }

  #scrolled() {
    const {scrollTop, scrollHeight, clientHeight} = this.#box;
    const atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (scrollTop < this.#top - 2 && !atEnd) this.setFollowing(false);
    else if (atEnd && scrollTop > this.#top && !this.following) this.setFollowing(true);
    this.#top = scrollTop;
  }

  #rowElement(number) {
    const block = this.#blocks.get(Math.floor(number / BLOCK));
    if (!block?.filled) return undefined;
    return block.element.children[number - Math.max(block.start, this.#lines.first)];
  }

  #row(number) {
    const line = this.#lines.at(number);
    const row = element('div', line.joined ? 'row joined' : 'row');
    if (number === this.#selected) row.classList.add('selected');
    const address = element('a', 'number', String(number + 1));
    address.href = this.#link(number);
    address.tabIndex = -1;
    const text = element('span', 'text');
    this.#paint(text, line);
    row.append(address, text);
    return row;
  }

  #paint(parent, {text, spans}) {
    const marks = this.#query ? matches(text, this.#query) : [];
    if (spans.length === 0 && marks.length === 0) {
      parent.textContent = text;
      return;
    }
    let style = 0;
    let at = 0;
    for (let next = 0; next <= spans.length; next++) {
      const end = next < spans.length ? Math.min(spans[next][0], text.length) : text.length;
      if (end > at) parent.append(...pieces(text, at, end, style, marks));
      at = Math.max(at, end);
      if (next < spans.length) style = spans[next][1];
    }
  }
}

function matches(text, query) {
  const found = [];
  const lower = text.toLowerCase();
  if (lower.length !== text.length) return found; // Its letters stand elsewhere.
  for (let at = lower.indexOf(query); at >= 0 && found.length < MOST_MARKS; at = lower.indexOf(query, at + query.length)) {
    found.push([at, at + query.length]);
  }
  return found;
}

function* pieces(text, from, to, style, marks) {
  let at = from;
  for (const [start, end] of marks) {
    if (end <= at || start >= to) continue;
    if (start > at) yield styled('span', text.slice(at, start), style);
    yield styled('mark', text.slice(Math.max(at, start), Math.min(to, end)), style);
    at = Math.min(to, end);
  }
  if (at < to) yield styled('span', text.slice(at, to), style);
}

function styled(name, text, style) {
  if (style === 0 && name === 'span') return document.createTextNode(text);
  const made = element(name, '', text);
  const flags = terminal.flags(style);
  let front = terminal.colour(terminal.foreground(style));
  let back = terminal.colour(terminal.background(style));
  if (flags & terminal.INVERSE) {
    [front, back] = [back, front];
    if (front === null) made.classList.add('inverse-text');
    if (back === null) made.classList.add('inverse-back');
  }
  paint(made, 'f', front, back === null && !(flags & terminal.INVERSE));
  paint(made, 'b', back, false);
  for (const [flag, className] of FLAGS) if (flags & flag) made.classList.add(className);
  return made;
}

const FLAGS = [
  [terminal.BOLD, 'bold'], [terminal.DIM, 'dim'], [terminal.ITALIC, 'italic'], [terminal.UNDERLINE, 'underline'],
  [terminal.HIDDEN, 'dim'], [terminal.STRIKE, 'strike'],
];

/** A colour of a publisher's own is moved as far as it must be to be read; one on a ground of its own stays as it is. */
function paint(target, side, colour, readable) {
  if (colour === null) return;
  if (typeof colour === 'number') {
    target.classList.add(`${side}${colour}`);
    return;
  }
  target.classList.add(readable ? 'fr' : `${side}x`);
  target.style.setProperty(`--${side}`, `rgb(${colour.join(' ')})`);
}
