import {byId, count, duration, element, favicon, icon, setText, WORDS} from './dom.js';
import {Facts} from './facts.js';
import {Finder} from './finder.js';
import {Job} from './job.js';
import {LogView} from './log.js';
import {JobStream, pages} from './stream.js';
import {Timeline} from './timeline.js';

/** So many of the newest events are asked for at first; earlier ones can be loaded. */
const TAIL = 2_000;
/** The milliseconds of a frame that are spent on events, at most. */
const BUDGET = 8;
const HIDDEN_FRAME = 250;
/** No more is read while so many events wait to be shown. */
const MOST_WAITING = 5_000;
const ANNOUNCED_EVERY = 4_000;
const REMEMBERED = 20;
/** What comes this soon after the stream has begun was there before. */
const CATCHING_UP = 1_000;

const JOB_ID = /^[A-Za-z0-9._-]{1,128}$/;
const base = new URL(`${document.querySelector('meta[name=jobstream-path]').content}/`, document.baseURI);

/** What stays in this tab. A browser may forbid even that. */
const memory = {
  get(name) {
    try {
      return sessionStorage.getItem(`jobstream.${name}`) ?? '';
    } catch {
      return '';
    }
  },
  set(name, value) {
    try {
      sessionStorage.setItem(`jobstream.${name}`, value);
    } catch {
      // It lasts as long as the page, then.
    }
  },
};

let token = memory.get('token');
let job = null;
let stream = null;
let connection = {name: 'none'};
let liveSince = 0;
let queue = [];
let queuedAt = 0;
let drained = null;
let recorded = null;
let loading = null;
let looked = false;
let mayHaveEarlier = false;

let view = 'output';
let step = null;
/** Whether the step that is shown is the newest one, whichever that is. */
let automatic = true;
/** What a link asks to show, until it can be shown. */
let target = null;
let announcement = '';

const log = new LogView(byId('log'), {
  link: number => `#${address({line: number + 1})}`,
  onFollow: on => byId('follow').setAttribute('aria-pressed', String(on)),
});
const finder = new Finder();
const timeline = new Timeline(byId('steps'), picked => pick(picked));
const facts = new Facts();

// ---- where we are: the fragment of the address ----

function address(more = {}) {
  const parameters = new URLSearchParams({job: job.id});
  if (view !== 'output') parameters.set('view', view);
  else if (step) parameters.set('step', step.id);
  for (const [name, value] of Object.entries(more)) parameters.set(name, value);
  return parameters.toString();
}

function route() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const isNew = parameters.has('token');
  if (isNew) {
    setToken(parameters.get('token'));
    parameters.delete('token');
    history.replaceState(null, '', `#${parameters}`);
  }
  const id = parameters.get('job') ?? (isNew && job ? job.id : '');
  if (!JOB_ID.test(id)) return;
  const line = Number(parameters.get('line')) || 0;
  const wanted = {view: parameters.get('view') ?? 'output', step: parameters.get('step'), line};
  if (job?.id !== id || isNew) watch(id);
  if (parameters.has('view') || parameters.has('step') || line > 0) target = wanted;
  wake();
}

function setToken(value) {
  token = value.trim();
  memory.set('token', token);
}

// ---- watching ----

function watch(id) {
  stream?.stop();
  loading?.abort();
  loading = recorded = null;
  queue = [];
  release();
  job = new Job(id);
  step = target = null;
  automatic = true;
  looked = mayHaveEarlier = false;
  remember(id);
  byId('job').value = id;
  byId('welcome').hidden = true;
  byId('main').hidden = false;
  timeline.show(job);
  facts.show(job);
  show();
  stream = new JobStream(new URL(`${id}/events/stream`, base), {
    token,
    tail: TAIL,
    onEvents: take,
    onState: state => {
      connection = state;
      if (state.name === 'live') liveSince = performance.now();
      if (state.name === 'unauthorized') askForToken(state.why);
      wake();
    },
  });
  stream.start();
  wake();
}

function take(events) {
  if (queue.length === 0) queuedAt = performance.now();
  for (const event of events) queue.push(event);
  wake();
  return queue.length < MOST_WAITING ? undefined : new Promise(resolve => { drained = resolve; });
}

function release() {
  drained?.();
  drained = null;
}

/** Reads all that is retained, page by page, and shows it in place of the tail. */
async function loadEarlier() {
  const whole = new Job(job.id);
  const known = new Set();
  const abort = loading = new AbortController();
  recorded = [];
  wake();
  try {
    for await (const page of pages(new URL(`${job.id}/events`, base), token, abort.signal)) {
      for (const {id = null, event, data} of page) {
        known.add(id);
        whole.take({id, event, text: JSON.stringify(data)}, false, performance.now());
      }
      await new Promise(resolve => setTimeout(resolve)); // A turn for the page.
    }
    if (abort.signal.aborted) return;
    for (const event of recorded) {
      if (event.id === null || !known.has(event.id)) whole.take(event, false, performance.now());
    }
    const old = step?.id;
    job = whole;
    step = job.steps.get(old) ?? null;
    mayHaveEarlier = false;
    timeline.show(job);
    facts.show(job);
    show();
  } catch (problem) {
    if (abort.signal.aborted) return;
    announce(`Earlier events could not be loaded: ${problem.message}`);
    connection = {...connection, note: `Earlier events could not be loaded: ${problem.message}`};
  } finally {
    if (loading === abort) loading = recorded = null;
    wake();
  }
}

/** Whether there is anything before the tail is asked once: an id says nothing of itself. */
async function lookForEarlier() {
  const asked = job;
  try {
    const first = await pages(new URL(`${asked.id}/events`, base), token, new AbortController().signal).next();
    if (job === asked && first.value?.[0] && first.value[0].id !== asked.firstId) mayHaveEarlier = true;
    wake();
  } catch {
    // There may be; whoever loads the page again finds out.
  }
}

// ---- a frame ----

let scheduled = false;

function wake() {
  if (scheduled) return;
  scheduled = true;
  if (document.hidden) setTimeout(frame, HIDDEN_FRAME);
  else requestAnimationFrame(frame);
}

function frame() {
  scheduled = false;
  const now = performance.now();
  if (job) {
    process(now);
    chooseStep();
    timeline.draw(now);
    facts.draw(job);
    drawHead(now);
    drawLog();
    reveal();
  }
  drawConnection(now);
  if (queue.length > 0 || (log.lines?.changed ?? Infinity) < Infinity) wake();
}

function process(now) {
  const state = job.state;
  let done = 0;
  while (done < queue.length && (done % 16 !== 0 || performance.now() - now < BUDGET)) {
    const event = queue[done++];
    const live = now - liveSince > CATCHING_UP;
    recorded?.push(event);
    job.take(event, live, now);
    if (live) tell(event);
  }
  if (done > 0) {
    queue = done === queue.length ? [] : queue.slice(done);
    queuedAt = now;
  }
  if (!looked && job.firstId !== null && queue.length === 0 && now - liveSince > CATCHING_UP) {
    looked = true;
    lookForEarlier();
  }
  if (queue.length < MOST_WAITING / 2) release();
  if (state !== job.state && job.ended) announce(`The job has ${WORDS[job.state].toLowerCase()}.`);
}

function chooseStep() {
  if (!automatic || view !== 'output' || !job.latest || job.latest === step) return;
  if (step?.state === 'running') return; // Of several at a time one is shown until it is over.
  step = job.latest;
  show();
}

function reveal() {
  if (!target) return;
  if (['events', 'raw', 'output'].includes(target.view) && target.view !== view) setView(target.view);
  if (target.step !== null && target.view === 'output') {
    const wanted = job.steps.get(target.step);
    if (!wanted) return;
    if (wanted !== step) pick(wanted);
  }
  if (target.line > 0 && !log.reveal(target.line - 1)) return;
  target = null;
}

// ---- what is shown ----

function lines() {
  if (view === 'raw') return job.raw;
  if (view === 'events') return job.list;
  return step?.output ?? null;
}

function show() {
  timeline.pick(view === 'output' ? step : null);
  const shown = job ? lines() : null;
  log.show(shown);
  finder.search(shown, byId('query').value);
  setText(byId('log-name'), view === 'output' ? step?.name ?? '' : '');
  wake();
}

function drawLog() {
  const shown = lines();
  if (shown !== log.lines) show();
  if (finder.active) {
    finder.read();
    const at = finder.at >= 0 ? `${count(finder.at + 1)} of ` : '';
    setText(byId('found'), `${at}${count(finder.rows.length)}`);
  } else {
    setText(byId('found'), '');
  }
  log.draw();
  const empty = byId('log-empty');
  empty.hidden = true;
  if ((shown?.size ?? 0) === 0) {
    empty.hidden = false;
    setText(empty, job.ended ? 'No output.' : 'No output yet.');
    if (empty.parentElement !== byId('log')) byId('log').append(empty);
  }
  const earlier = byId('earlier');
  earlier.hidden = !mayHaveEarlier;
  earlier.disabled = loading !== null;
  setText(earlier, loading ? 'Loading …' : 'Load earlier events');
}

function pick(picked) {
  view = 'output';
  markTab();
  step = picked;
  automatic = picked === job.latest;
  show();
}

function setView(name) {
  view = name;
  markTab();
  show();
}

function markTab() {
  for (const tab of document.querySelectorAll('[role=tab]')) {
    const on = tab.id === `tab-${view}`;
    tab.setAttribute('aria-selected', String(on));
    tab.tabIndex = on ? 0 : -1;
  }
  byId('log').setAttribute('aria-labelledby', `tab-${view}`);
}

function drawHead(now) {
  const shown = job.state;
  document.body.dataset.state = shown;
  const badge = byId('job-state');
  if (badge.dataset.state !== shown) {
    badge.dataset.state = shown;
    badge.replaceChildren(icon(shown), element('span', '', WORDS[shown]));
    favicon(shown);
  }
  const name = job.name || job.id;
  setText(byId('job-name'), name);
  byId('job-name').title = name;
  setText(byId('job-detail'), [job.name ? job.id : '', job.message || job.detail].filter(Boolean).join(' · '));
  let time = '';
  if (job.duration !== null) time = duration(job.duration);
  else if (job.startedAt && !job.ended) {
    time = `${job.startedAt.live ? '' : '≥ '}${duration(Math.floor((now - job.startedAt.at) / 1000) * 1000)}`;
  }
  setText(byId('job-time'), time);
  const progress = byId('job-progress');
  progress.hidden = job.progress === null || job.ended;
  if (job.progress !== null) progress.value = job.progress;
  const title = `${WORDS[shown]} – ${job.name || job.id} – Jobstream`;
  if (document.title !== title) document.title = title;
}

const seconds = millis => `${Math.max(0, Math.round(millis / 1000))} s`;

function drawConnection(now) {
  const {name, why, until, note} = connection;
  byId('connection').dataset.state = name;
  let text = {none: 'not connected', connecting: 'connecting', ended: 'ended', refused: 'refused', unauthorized: 'no token'}[name];
  if (name === 'live') text = `live · heard ${seconds(now - stream.heardAt)} ago`;
  if (name === 'waiting') text = `again in ${seconds(until - now)}`;
  if (queue.length > 0 && now - queuedAt >= 0) text += ` · ${count(queue.length)} behind`;
  if (job?.gaps.length > 0) text += ` · ${job.gaps.length} ${job.gaps.length === 1 ? 'gap' : 'gaps'}`;
  if (stream?.connections > 1) text += ` · ${stream.connections} connections`;
  setText(byId('connection-text'), text);

  if (name === 'waiting') banner('', `Not connected: ${why}. Nothing is lost: it goes on where it was.`, 'Try now', () => stream.hurry());
  else if (name === 'refused') banner('bad', `The server refuses: ${why}.`, 'Try again', () => watch(job.id));
  else if (name === 'unauthorized') banner('bad', `Not watching: ${why}.`, 'Give a token', () => askForToken(why));
  else if (note) banner('bad', note, 'Close', () => { delete connection.note; wake(); });
  else if (name === 'ended' && job.state === 'waiting') banner('calm', 'The job has ended, and nothing of it is kept.', 'Look again', () => watch(job.id));
  else if (name === 'ended' && queue.length === 0) banner('calm', 'The job has ended.', 'Watch again', () => watch(job.id));
  else byId('banner').hidden = true;
}

function banner(kind, text, label, action) {
  const shown = byId('banner');
  shown.hidden = false;
  shown.dataset.kind = kind;
  setText(byId('banner-text'), text);
  setText(byId('banner-action'), label);
  byId('banner-action').onclick = action;
}

// ---- for those who do not see it ----

function tell(event) {
  if (event.event !== 'step.completed' && event.event !== 'step.failed') return;
  const last = [...job.steps.values()].findLast(one => one.state === event.event.slice('step.'.length));
  if (last) announce(`${last.name}: ${WORDS[last.state].toLowerCase()}`);
}

/** The newest one is told, now and then: a stream of them would drown everything else. */
function announce(text) {
  announcement = text;
}

setInterval(() => {
  if (announcement) setText(byId('announcer'), announcement);
  announcement = '';
}, ANNOUNCED_EVERY);

setInterval(() => {
  if (document.hidden) return;
  if (job) timeline.tick(performance.now());
  wake();
}, 1_000);

// ---- what its user does ----

function remember(id) {
  const ids = [id, ...memory.get('jobs').split(' ').filter(other => other && other !== id)].slice(0, REMEMBERED);
  memory.set('jobs', ids.join(' '));
  byId('jobs').replaceChildren(...ids.map(known => {
    const option = document.createElement('option');
    option.value = known;
    return option;
  }));
}

function askForToken(why = '') {
  const dialog = byId('token-dialog');
  if (dialog.open) return;
  setText(byId('token-why'), why ? `${why[0].toUpperCase()}${why.slice(1)}.` : '');
  byId('token').value = '';
  dialog.showModal();
}

byId('token-open').addEventListener('click', () => askForToken());
byId('token-cancel').addEventListener('click', () => byId('token-dialog').close());
byId('token-form').addEventListener('submit', event => {
  event.preventDefault();
  setToken(byId('token').value);
  byId('token').value = '';
  byId('token-dialog').close();
  if (job) watch(job.id);
});

byId('pick').addEventListener('submit', event => {
  event.preventDefault();
  const id = byId('job').value.trim();
  if (!JOB_ID.test(id)) return;
  if (location.hash === `#job=${id}`) watch(id);
  else location.hash = `job=${id}`;
});

byId('follow').addEventListener('click', () => log.setFollowing(!log.following));
byId('wrap').addEventListener('click', () => {
  const on = byId('log').classList.toggle('wrapped');
  byId('wrap').setAttribute('aria-pressed', String(on));
  log.redraw();
});
byId('copy').addEventListener('click', async () => {
  const text = lines()?.text() ?? '';
  try {
    await navigator.clipboard.writeText(text);
    announce('Copied.');
    flash('copy', 'Copied');
  } catch {
    flash('copy', 'Not allowed');
  }
});
byId('download').addEventListener('click', () => {
  const made = element('a');
  made.download = `${job.id}-${view === 'output' ? step?.id ?? 'output' : view}`.replace(/[^A-Za-z0-9._-]+/g, '_')
    + (view === 'raw' ? '.ndjson' : '.log');
  made.href = URL.createObjectURL(new Blob([lines()?.text() ?? ''], {type: 'text/plain;charset=utf-8'}));
  made.click();
  setTimeout(() => URL.revokeObjectURL(made.href), 60_000);
});

function flash(id, text) {
  const button = byId(id);
  button.dataset.word ??= button.textContent;
  setText(button, text);
  setTimeout(() => setText(button, button.dataset.word), 1_500);
}

function find(way) {
  const from = finder.at >= 0 ? finder.rows[finder.at] : log.topRow() - way;
  const row = finder.step(from, way);
  if (row >= 0) log.reveal(row);
  wake();
}

byId('query').addEventListener('input', () => {
  finder.search(lines(), byId('query').value);
  log.setQuery(byId('query').value);
  wake();
});
byId('find').addEventListener('submit', event => {
  event.preventDefault();
  find(1);
});
byId('previous').addEventListener('click', () => find(-1));
byId('earlier').addEventListener('click', () => loadEarlier());

const tabs = ['output', 'events', 'raw'];
for (const name of tabs) byId(`tab-${name}`).addEventListener('click', () => setView(name));
document.querySelector('[role=tablist]').addEventListener('keydown', event => {
  const way = {ArrowRight: 1, ArrowLeft: -1}[event.key];
  if (!way) return;
  setView(tabs[(tabs.indexOf(view) + way + tabs.length) % tabs.length]);
  byId(`tab-${view}`).focus();
});

const KEYS = {f: 'follow', w: 'wrap', c: 'copy', d: 'download'};
byId('log').addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (KEYS[event.key]) byId(KEYS[event.key]).click();
  else if (event.key === '/') byId('query').focus();
  else if (event.key === 'n' || event.key === 'N') find(event.key === 'n' ? 1 : -1);
  else return;
  event.preventDefault();
});
byId('query').addEventListener('keydown', event => {
  if (event.key === 'Escape') byId('log').focus();
});

addEventListener('hashchange', route);
addEventListener('online', () => stream?.hurry());
document.addEventListener('visibilitychange', () => {
  scheduled = false;
  wake();
});
favicon('waiting');
route();
