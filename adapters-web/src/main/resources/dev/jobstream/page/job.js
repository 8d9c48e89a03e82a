import {Lines, visible} from './lines.js';
import {Terminal, coloured, BOLD, DIM} from './terminal.js';
import {ENDS} from './stream.js';

/** What is kept of one job. What is beyond is dropped, oldest first, and counted. */
const MOST_STEPS = 10_000;
const MOST_ROWS = 150_000;
const MOST_CHARS = 32 * 1024 * 1024;
const MOST_LISTED = 20_000;
const MOST_LISTED_CHARS = 8 * 1024 * 1024;
const MOST_NAMES = 200;
const MOST_PREVIOUS = 20;
/** So many rows are dropped at once. */
const DROPPED_AT_ONCE = 1_000;

const GREY = coloured(8);
const STYLES = {
  'job.failed': coloured(1, BOLD), 'step.failed': coloured(1), 'gate.failed': coloured(1),
  'job.completed': coloured(2, BOLD), 'step.completed': coloured(2), 'gate.passed': coloured(2),
  'stream.gap': coloured(3, BOLD),
};
const STARTED = {running: true, completed: true, failed: true, skipped: true};

/** A publisher's word, short enough and without what would hide or turn around its neighbours. */
export function label(value, most = 200) {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const clean = visible(text.slice(0, most + 1)).replace(/[\0-\x1f\x7f-\x9f\u2028\u2029]+/g, ' ');
  return clean.length > most ? `${clean.slice(0, most)}…` : clean;
}

const number = value => (typeof value === 'number' && Number.isFinite(value) ? value : null);

/** What else an event says, for people: `coverage 0.93, files 7`. */
export function rest(data, ...known) {
  return Object.entries(data)
    .filter(([name]) => !known.includes(name))
    .slice(0, 8)
    .map(([name, value]) => `${label(name, 40)} ${label(value, 80)}`)
    .join(', ');
}

/** What its events have told of a job so far. Holds no element of the page. */
export class Job {
  id;
  name = '';
  state = 'waiting';
  detail = '';
  progress = null;
  message = '';
  duration = null;
  startedAt = null;
  endedAt = null;
  /** By their ids, in the order in which they began. */
  steps = new Map();
  gates = new Map();
  tools = new Map();
  artifacts = [];
  tokens = new Map();
  /** The step that has begun, or said something, last. */
  latest = null;
  previous = [];
  gaps = [];
  events = 0;
  firstId = null;
  lastId = null;
  droppedSteps = 0;
  /** The number of the step that is the next to begin. */
  nextNumber = 0;
  droppedRows = 0;
  /** All events but the output. */
  list = new Lines();
  /** The envelopes as they came. */
  raw = new Lines();
  /** Steps that have changed since this was cleared. */
  changed = new Set();

  #rows = 0;
  #chars = 0;

  constructor(id) {
    this.id = id;
  }

  get ended() {
    return this.state === 'completed' || this.state === 'failed' || this.state === 'cancelled';
  }

  /**
   * Takes an event as it comes.
   *
   * @param live whether it has happened just now, as far as is known
   */
  take(envelope, live, now) {
    let data;
    try {
      data = JSON.parse(envelope.text);
    } catch {
      data = null;
    }
    if (data === null || typeof data !== 'object') data = {};
    this.events++;
    if (envelope.id !== null) {
      this.firstId ??= envelope.id;
      this.lastId = envelope.id;
    }
    const id = envelope.id === null ? '' : `"id":${JSON.stringify(envelope.id)},`;
    this.raw.add(`{${id}"event":${JSON.stringify(envelope.event)},"data":${envelope.text}}`);
    if (envelope.event !== 'step.output') {
      const name = envelope.event;
      this.list.add(`${name}  ${envelope.text}`, STYLES[name] ?? coloured(4), 0, name.length);
    }
    this.#trimList(this.raw);
    this.#trimList(this.list);
    this.#apply(envelope.event, data, live, now);
  }

  #trimList(lines) {
    if (lines.size > MOST_LISTED || lines.chars > MOST_LISTED_CHARS) lines.drop(DROPPED_AT_ONCE);
  }

  #apply(type, data, live, now) {
    if (ENDS.has(type)) {
      this.state = type.slice('job.'.length);
      this.duration = number(data.duration_ms);
      this.detail = rest(data, 'status', 'duration_ms');
      this.endedAt = now;
      return;
    }
    const dot = type.indexOf('.');
    const what = type.slice(dot + 1);
    switch (type.slice(0, dot)) {
      case 'job':
        this.#job(what, data, live, now);
        break;
      case 'step':
        this.#step(what, data, live, now);
        break;
      case 'gate':
        this.#gate(what, data);
        break;
      case 'ai':
        this.#ai(what, data);
        break;
      case 'stream':
        if (what === 'gap') this.#gap(data);
        break;
    }
  }

  #job(what, data, live, now) {
    if (data.name !== undefined) this.name = label(data.name);
    if (Array.isArray(data.previous)) {
      this.previous = data.previous.slice(0, MOST_PREVIOUS).map(String).filter(id => /^[A-Za-z0-9._-]{1,128}$/.test(id));
    }
    if (what === 'created' || what === 'queued') this.state = 'queued';
    if (what === 'started') {
      this.state = 'running';
      this.startedAt = {at: now, live};
      this.detail = rest(data, 'name', 'previous');
    }
    if (what === 'progress') {
      if (this.state !== 'running') this.state = 'running';
      this.progress = percent(data);
      this.message = label(data.message ?? '');
    }
  }

  #step(what, data, live, now) {
    const id = label(data.stepId ?? data.step ?? '', 256);
    let step = this.steps.get(id);
    if (!step) {
      step = {
        id, number: this.nextNumber++, name: id || 'Output', phase: '', state: 'running', attempt: 1, duration: null, progress: null, message: '',
        startedAt: null, output: null,
      };
      this.steps.set(id, step);
      this.#trimSteps();
      if (this.state === 'waiting' || this.state === 'queued') this.state = 'running';
    }
    this.changed.add(step);
    if (what === 'started' || what === 'output') this.latest = step;
    if (data.name !== undefined) step.name = label(data.name) || id;
    if (data.phase !== undefined) step.phase = label(data.phase, 60);
    switch (what) {
      case 'started':
        if (step.startedAt) {
          step.attempt = number(data.attempt) ?? step.attempt + 1;
          this.#note(step, `── attempt ${step.attempt} ──`, GREY);
        } else {
          step.attempt = number(data.attempt) ?? 1;
        }
        Object.assign(step, {state: 'running', duration: null, progress: null, message: '', startedAt: {at: now, live}});
        break;
      case 'progress':
        step.progress = percent(data);
        step.message = label(data.message ?? '');
        break;
      case 'output':
        if (typeof data.chunk === 'string') this.#output(step, data.chunk);
        break;
      case 'completed':
      case 'failed':
      case 'skipped':
        step.duration = number(data.duration_ms);
        if (step.duration === null && step.startedAt?.live) step.duration = now - step.startedAt.at;
        step.state = what;
        step.progress = null;
        step.message = label(data.error ?? data.message ?? data.reason ?? '');
        break;
    }
    if (!STARTED[step.state]) step.state = 'running';
  }

  #output(step, chunk) {
    step.output ??= new Terminal();
    this.#count(step.output, () => step.output.write(chunk));
  }

  #note(step, text, style) {
    if (step.output) this.#count(step.output, () => step.output.note(text, style));
  }

  #count(lines, change) {
    const rows = lines.size;
    const chars = lines.chars;
    change();
    this.#rows += lines.size - rows;
    this.#chars += lines.chars - chars;
    if (this.#rows > MOST_ROWS || this.#chars > MOST_CHARS) this.#trimOutput();
  }

  #trimOutput() {
    for (const {output} of this.steps.values()) {
      while (output && output.size > 0 && (this.#rows > MOST_ROWS || this.#chars > MOST_CHARS)) {
        const rows = output.size;
        const chars = output.chars;
        output.drop(DROPPED_AT_ONCE);
        this.#rows += output.size - rows;
        this.#chars += output.chars - chars;
        this.droppedRows += rows - output.size;
      }
    }
  }

  #trimSteps() {
    if (this.steps.size <= MOST_STEPS) return;
    const [id, oldest] = this.steps.entries().next().value;
    this.steps.delete(id);
    this.droppedSteps++;
    this.#rows -= oldest.output?.size ?? 0;
    this.#chars -= oldest.output?.chars ?? 0;
  }

  #gate(what, data) {
    const id = label(data.gate ?? data.gateId ?? data.name ?? '', 100) || 'gate';
    if (!this.gates.has(id) && this.gates.size >= MOST_NAMES) return;
    const state = {started: 'running', passed: 'completed', failed: 'failed'}[what] ?? 'running';
    this.gates.set(id, {name: label(data.name ?? id, 100), state, detail: rest(data, 'gate', 'gateId', 'name', 'status')});
  }

  #ai(what, data) {
    if (what === 'tokens_used') {
      for (const [kind, value] of Object.entries(data).slice(0, 20)) {
        const name = label(kind, 40).replace(/_?tokens$/, '') || 'tokens';
        if (number(value) !== null && (this.tokens.has(name) || this.tokens.size < 10)) {
          this.tokens.set(name, (this.tokens.get(name) ?? 0) + value);
        }
      }
    } else if (what === 'tool_called') {
      const name = label(data.tool ?? data.name ?? 'tool', 80);
      const tool = this.tools.get(name) ?? {calls: 0, last: ''};
      if (!this.tools.has(name) && this.tools.size >= MOST_NAMES) return;
      tool.calls++;
      tool.last = label(data.arguments ?? data.input ?? '', 160);
      this.tools.set(name, tool);
    } else if (what === 'artifact_created') {
      this.artifacts.push(label(data.name ?? data.path ?? data.artifact ?? JSON.stringify(data)));
      if (this.artifacts.length > MOST_NAMES) this.artifacts.shift();
    }
  }

  #gap(data) {
    const gap = {after: label(data.after ?? '', 60), resumesAt: data.resumesAt === null ? null : label(data.resumesAt, 60)};
    const running = [...this.steps.values()].filter(step => step.state === 'running');
    gap.where = running.length > 0 ? running.at(-1).name : [...this.steps.values()].at(-1)?.name ?? '';
    this.gaps.push(gap);
    if (this.gaps.length > MOST_NAMES) this.gaps.shift();
    for (const step of running.slice(-MOST_NAMES)) {
      this.#note(step, '── events are missing here ──', coloured(3, BOLD | DIM));
      this.changed.add(step);
    }
  }
}

function percent(data) {
  let value = number(data.percent) ?? number(data.progress);
  if (value === null && number(data.current) !== null && number(data.total)) value = data.current / data.total * 100;
  return value === null ? null : Math.min(100, Math.max(0, value));
}
