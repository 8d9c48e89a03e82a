import {count, duration, element, foreign, icon, setIcon, setText, WORDS} from './dom.js';

/** So many steps are rows at a time, the newest ones; earlier ones can be asked for. */
const SHOWN = 500;

/** The steps of a job in the order in which they began, under the names of their phases. */
export class Timeline {
  #list;
  #earlier;
  #job = null;
  #rows = new Map();
  #current = null;
  #shownEarlier = 0;
  #longest = 1;
  #onPick;
  #phase = null;

  /** @param onPick is told the step that is picked */
  constructor(parent, onPick) {
    this.#onPick = onPick;
    this.#list = element('div', 'steps');
    this.#earlier = element('button', 'quiet earlier');
    this.#earlier.type = 'button';
    this.#earlier.hidden = true;
    this.#earlier.addEventListener('click', () => this.#showEarlier());
    parent.append(this.#earlier, this.#list);
    this.#list.addEventListener('click', event => {
      const row = event.target.closest('button.step');
      if (row) this.#onPick(row.step);
    });
    this.#list.addEventListener('keydown', event => this.#move(event));
  }

  show(job) {
    this.#job = job;
    this.#rows.clear();
    this.#list.replaceChildren();
    this.#current = null;
    this.#shownEarlier = 0;
    this.#longest = 1;
    this.#phase = null;
    for (const step of job.steps.values()) job.changed.add(step);
  }

  pick(step) {
    this.#row(this.#current)?.removeAttribute('aria-current');
    this.#current = step;
    this.#row(step)?.setAttribute('aria-current', 'true');
  }

  #row(step) {
    return step && this.#rows.get(step)?.button;
  }

  /** Once a frame: shows what has changed. */
  draw(now) {
    const longest = this.#longest;
    const first = this.#job.nextNumber - SHOWN - this.#shownEarlier;
    for (const step of this.#job.changed) {
      if (step.number < first && !this.#rows.has(step)) continue;
      const row = this.#rows.get(step) ?? this.#add(step);
      this.#update(row, step, now);
    }
    this.#job.changed.clear();
    while (this.#rows.size > SHOWN + this.#shownEarlier) this.#hideOldest();
    if (longest !== this.#longest) for (const [step, row] of this.#rows) this.#bar(row, step);
    const hidden = this.#job.steps.size - this.#rows.size;
    const earlier = hidden + this.#job.droppedSteps;
    this.#earlier.hidden = earlier === 0;
    setText(this.#earlier, hidden > 0 ? `Show ${count(earlier)} earlier steps` : `${count(earlier)} earlier steps are not kept`);
    this.#earlier.disabled = hidden === 0;
  }

  /** Once a second: the time that steps have taken so far. */
  tick(now) {
    for (const [step, row] of this.#rows) if (step.state === 'running') this.#time(row, step, now);
  }

  #showEarlier() {
    const current = this.#current;
    const shown = this.#shownEarlier + SHOWN;
    this.show(this.#job);
    this.#shownEarlier = shown;
    this.draw(performance.now());
    this.pick(current);
  }

  #hideOldest() {
    const [step, row] = this.#rows.entries().next().value;
    const heading = row.button.previousElementSibling;
    const next = row.button.nextElementSibling;
    row.button.remove();
    if (heading?.classList.contains('phase') && (!next || next.classList.contains('phase'))) heading.remove();
    this.#rows.delete(step);
  }

  #add(step) {
    if (step.phase !== this.#phase) {
      this.#phase = step.phase;
      this.#list.append(foreign('h3', 'phase', step.phase || 'Steps'));
    }
    const button = element('button', 'step');
    button.type = 'button';
    button.step = step;
    const row = {
      button, icon: icon(step.state), name: foreign('span', 'name', ''), state: element('span', 'sr'),
      time: element('span', 'time'), more: foreign('span', 'more', ''), bar: element('span', 'bar'),
    };
    row.bar.setAttribute('aria-hidden', 'true');
    button.append(row.icon, row.name, row.state, row.time, row.more, row.bar);
    this.#list.append(button);
    this.#rows.set(step, row);
    if (step === this.#current) button.setAttribute('aria-current', 'true');
    return row;
  }

  #update(row, step, now) {
    row.button.dataset.state = step.state;
    setIcon(row.icon, step.state);
    setText(row.name, step.name);
    row.button.title = step.name.length > 30 ? step.name : '';
    setText(row.state, `, ${WORDS[step.state]}`);
    const more = [
      step.attempt > 1 ? `attempt ${step.attempt}` : '',
      step.message,
      step.progress === null || step.message ? '' : `${Math.round(step.progress)} %`,
    ].filter(Boolean).join(' · ');
    setText(row.more, more);
    row.more.hidden = more === '';
    if (step.duration > this.#longest) this.#longest = step.duration;
    this.#bar(row, step);
    this.#time(row, step, now);
  }

  #bar(row, step) {
    const part = step.state === 'running' ? (step.progress ?? 0) / 100 : (step.duration ?? 0) / this.#longest;
    row.bar.style.width = `${Math.round(part * 1000) / 10}%`;
  }

  #time(row, step, now) {
    let text = '';
    if (step.duration !== null) text = duration(step.duration);
    else if (step.state === 'running' && step.startedAt) {
      const elapsed = Math.floor((now - step.startedAt.at) / 1000) * 1000;
      text = `${step.startedAt.live ? '' : '≥ '}${elapsed < 60_000 ? `${elapsed / 1000} s` : duration(elapsed)}`;
    }
    setText(row.time, text);
  }

  #move(event) {
    const way = {ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling'}[event.key];
    if (!way || !event.target.matches('button.step')) return;
    let next = event.target[way];
    while (next && !next.matches('button.step')) next = next[way];
    if (next) next.focus();
    event.preventDefault();
  }
}
