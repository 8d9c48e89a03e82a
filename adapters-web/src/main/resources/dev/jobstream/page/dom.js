/** Everything on the page is made here or with these: text becomes text, never markup. */
export const byId = id => document.getElementById(id);

export function element(name, className = '', text = '') {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

/** An element of text in whatever direction it is written. */
export function foreign(name, className, text) {
  const made = element(name, className, text);
  made.dir = 'auto';
  return made;
}

/** Sets what differs, so that nothing is drawn for nothing. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

export function duration(millis) {
  if (millis < 1_000) return `${Math.round(millis)} ms`;
  if (millis < 60_000) return `${(millis / 1_000).toFixed(1)} s`;
  const seconds = Math.round(millis / 1_000);
  const two = value => String(value).padStart(2, '0');
  return seconds < 3_600
    ? `${Math.floor(seconds / 60)}:${two(seconds % 60)} min`
    : `${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)} h`;
}

export const count = value => value.toLocaleString('en');

/** Icons that are told apart by their form, not by colour alone. */
const ICONS = {
  waiting: 'M8 3v5l3 2',
  queued: 'M8 3v5l3 2',
  running: 'M8 2a6 6 0 1 1-6 6',
  completed: 'M3.5 8.5l3 3 6-7',
  failed: 'M4 4l8 8M12 4l-8 8',
  cancelled: 'M3 8h10',
  skipped: 'M4 4l5 4-5 4M12 4v8',
};

export const WORDS = {
  waiting: 'Waiting', queued: 'Queued', running: 'Running', completed: 'Completed', failed: 'Failed',
  cancelled: 'Cancelled', skipped: 'Skipped',
};

const SVG = 'http://www.w3.org/2000/svg';

export function icon(state) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  svg.append(path);
  setIcon(svg, state);
  return svg;
}

export function setIcon(svg, state) {
  if (svg.dataset.state === state) return;
  svg.dataset.state = state;
  svg.firstChild.setAttribute('d', ICONS[state] ?? ICONS.waiting);
}

const FAVICON = {
  waiting: '#8a94a0', queued: '#8a94a0', running: '#2f7dd8', completed: '#2b9a54', failed: '#d23f3f', cancelled: '#8a94a0',
};

export function favicon(state) {
  const shape = `<path d="${ICONS[state] ?? ICONS.waiting}" fill="none" stroke="white" stroke-width="2"/>`;
  const svg = `<svg xmlns="${SVG}" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="${FAVICON[state]}"/>${shape}</svg>`;
  const href = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  const link = document.querySelector('link[rel=icon]');
  if (link.getAttribute('href') !== href) link.setAttribute('href', href);
}
