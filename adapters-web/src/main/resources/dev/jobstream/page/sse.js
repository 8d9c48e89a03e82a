/** The most of a line that may be waited for: an event has at most 4 MiB. */
const LONGEST_LINE = 8 * 1024 * 1024;

/** Reads an event stream by the rules of the HTML standard ("Interpreting an event stream"). */
export class SseParser {
  /** The id that the stream has told last, which is where to resume. */
  lastEventId = '';

  #rest = '';
  #afterReturn = false;
  #data = [];
  #type = '';
  #id = '';
  #ownId = false;
  #on;

  /** @param on `event({id, event, text})`, where `id` is null if the event has none of its own; `retry(ms)` */
  constructor(on, lastEventId = '') {
    this.#on = on;
    this.lastEventId = this.#id = lastEventId;
  }

  /** Takes what has come, decoded and without a byte order mark. */
  feed(text) {
    if (text === '') return;
    let start = this.#afterReturn && text[0] === '\n' ? 1 : 0;
    this.#afterReturn = false;
    const ends = /[\r\n]/g;
    ends.lastIndex = start;
    for (let end = ends.exec(text); end; end = ends.exec(text)) {
      const line = this.#rest + text.slice(start, end.index);
      this.#rest = '';
      start = end.index + 1;
      if (end[0] === '\r') {
        if (text[start] === '\n') start++;
        else this.#afterReturn = start === text.length;
      }
      ends.lastIndex = start;
      this.#line(line);
    }
    this.#rest += text.slice(start);
    if (this.#rest.length > LONGEST_LINE) throw new Error('a line of the stream is too long');
  }

  #line(line) {
    if (line === '') {
      this.#dispatch();
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    switch (field) {
      case 'event':
        this.#type = value;
        break;
      case 'data':
        this.#data.push(value);
        break;
      case 'id':
        if (!value.includes('\0')) {
          this.#id = value;
          this.#ownId = true;
        }
        break;
      case 'retry':
        if (/^[0-9]+$/.test(value)) this.#on.retry(Number(value));
        break;
    }
  }

  #dispatch() {
    this.lastEventId = this.#id;
    if (this.#data.length > 0) {
      this.#on.event({
        id: this.#ownId ? this.#id : null,
        event: this.#type || 'message',
        text: this.#data.join('\n'),
      });
    }
    this.#data = [];
    this.#type = '';
    this.#ownId = false;
  }
}
