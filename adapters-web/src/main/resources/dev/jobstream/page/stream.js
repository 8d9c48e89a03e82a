import {SseParser} from './sse.js';

export const ENDS = new Set(['job.completed', 'job.failed', 'job.cancelled']);

const DEFAULT_RETRY = 3_000;
const LONGEST_PAUSE = 60_000;
/** Longer than a server is silent on purpose, which is 15 s unless it is set otherwise. */
const LONGEST_SILENCE = 60_000;

/** What a refusal says of itself: the detail of its problem document. */
export async function refusal(answer) {
  try {
    const problem = await answer.json();
    return String(problem.detail || problem.title || answer.status);
  } catch {
    return `the server answered ${answer.status}`;
  }
}

/** The milliseconds that a refusal asks to wait for; 0 if it does not say. */
export function retryAfter(answer, now = Date.now()) {
  const value = answer.headers.get('Retry-After');
  if (value === null) return 0;
  const millis = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(millis) ? Math.min(Math.max(0, millis), 3_600_000) : 0;
}

/**
 * Watches a job until its end: over lost connections, by the id of what came last. It tells
 * `onEvents(events)`, which may return a promise to be waited for before more is read, and `onState(state)`:
 *
 * - `connecting`, `live`
 * - `waiting`: for the next attempt, `until` which time (`performance.now()`), and `why`
 * - `ended`: the job is over
 * - `unauthorized`: no token, or one that is not good any more, and `why`
 * - `refused`: another attempt would fare no better, and `why`
 */
export class JobStream {
  /** When the server was last heard, as `performance.now()`. */
  heardAt = 0;
  connections = 0;

  #url;
  #token;
  #tail;
  #on;
  #position = '';
  #retry = DEFAULT_RETRY;
  #failures = 0;
  #stopped = false;
  #request = null;
  #wake = () => {};

  constructor(url, {token, tail, onEvents, onState}) {
    this.#url = url;
    this.#token = token;
    this.#tail = tail;
    this.#on = {events: onEvents, state: onState};
  }

  start() {
    const guard = setInterval(() => {
      if (this.#request && performance.now() - this.heardAt > LONGEST_SILENCE) this.#request.abort();
    }, 5_000);
    this.#run().finally(() => clearInterval(guard));
  }

  stop() {
    this.#stopped = true;
    this.#request?.abort();
    this.#wake();
  }

  /** Tries again without waiting any longer. */
  hurry() {
    this.#wake();
  }

  async #run() {
    while (!this.#stopped) {
      this.#request = new AbortController();
      this.heardAt = performance.now();
      let next;
      try {
        next = await this.#connect(this.#request.signal);
      } catch (problem) {
        next = {why: problem.name === 'AbortError' ? 'the server is silent' : 'the connection is lost'};
      }
      this.#request = null;
      if (this.#stopped) return;
      if (next.over) {
        this.#on.state({name: next.over, why: next.why});
        return;
      }
      const pause = this.#pause(next.least ?? 0);
      this.#on.state({name: 'waiting', why: next.why, until: performance.now() + pause});
      await this.#sleep(pause);
    }
  }

  async #connect(signal) {
    this.#on.state({name: 'connecting'});
    const headers = {Accept: 'text/event-stream'};
    if (this.#token) headers.Authorization = `Bearer ${this.#token}`;
    if (this.#position) headers['Last-Event-ID'] = this.#position;
    const query = this.#position ? '' : `?tail=${this.#tail}`;
    const answer = await fetch(this.#url + query, {headers, signal, cache: 'no-store', redirect: 'manual'});
    this.heardAt = performance.now();
    if (answer.status === 204) return {over: 'ended'};
    if (answer.type === 'opaqueredirect') return {over: 'unauthorized', why: 'the server asks to sign in'};
    if (answer.status === 401) return {over: 'unauthorized', why: await refusal(answer)};
    if (answer.status === 429 || answer.status >= 500) {
      return {why: await refusal(answer), least: retryAfter(answer)};
    }
    const type = answer.headers.get('Content-Type') ?? '';
    if (answer.status !== 200) return {over: 'refused', why: await refusal(answer)};
    if (!/^text\/event-stream\b/i.test(type)) return {over: 'refused', why: 'what the server sends is no event stream'};
    return this.#read(answer.body);
  }

  async #read(body) {
    let events = [];
    let end = null;
    let reason = null;
    const parser = new SseParser({
      event: event => {
        events.push(event);
        if (ENDS.has(event.event)) end = event;
        if (event.event === 'stream.closing') reason = closing(event.text);
      },
      retry: millis => { this.#retry = Math.min(millis, 3_600_000); },
    }, this.#position);
    const decoder = new TextDecoder();
    const reader = body.getReader();
    try {
      for (let first = true; ; first = false) {
        const {done, value} = await reader.read();
        if (done) break;
        this.heardAt = performance.now();
        parser.feed(decoder.decode(value, {stream: true}));
        if (first) {
          this.#failures = 0;
          this.connections++;
          this.#on.state({name: 'live'});
        }
        const batch = events;
        events = [];
        this.#position = parser.lastEventId;
        if (batch.length > 0) await this.#on.events(batch);
        this.heardAt = performance.now(); // Not its fault if the batch took its time.
        if (end) return {over: 'ended'};
      }
    } finally {
      reader.cancel().catch(() => {});
    }
    if (reason && !reason.reconnect) return {over: 'unauthorized', why: REASONS[reason.reason] ?? reason.reason};
    return {why: reason ? REASONS[reason.reason] ?? reason.reason : 'the connection is lost'};
  }

  /** Never sooner than the server asks for; later after each failure, and not when all others come back. */
  #pause(least) {
    const backOff = Math.min(LONGEST_PAUSE, this.#retry * 2 ** Math.min(this.#failures, 10));
    this.#failures++;
    return Math.max(least, this.#retry, backOff) * (1 + Math.random() / 2);
  }

  #sleep(millis) {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, millis);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const REASONS = {
  token_expired: 'the token has expired',
  revoked: 'the permission was taken back',
  shutdown: 'the server is stopping',
  overloaded: 'the server has too much to do',
  source_lost: 'the server has lost the job for a moment',
  max_lifetime: 'the stream has lasted as long as it may',
};

function closing(text) {
  try {
    const {reason, reconnect} = JSON.parse(text);
    return {reason: String(reason), reconnect: reconnect !== false};
  } catch {
    return null;
  }
}

/**
 * Reads what is retained of a job page by page, from the beginning on: arrays of envelopes.
 *
 * @throws an error with the reason, if a page is refused
 */
export async function* pages(url, token, signal) {
  const headers = {Accept: 'application/json', ...(token ? {Authorization: `Bearer ${token}`} : {})};
  for (let next = new URL('?limit=1000', url); next;) {
    const answer = await fetch(next, {headers, signal, cache: 'no-store', redirect: 'manual'});
    if (answer.status === 429 || answer.status === 503) {
      await new Promise(resolve => setTimeout(resolve, Math.max(1000, retryAfter(answer))));
      continue;
    }
    if (!answer.ok) throw new Error(await refusal(answer));
    yield await answer.json();
    const more = /<([^>]*)>\s*;\s*rel="next"/.exec(answer.headers.get('Link') ?? '');
    next = more && new URL(more[1], answer.url);
  }
}
