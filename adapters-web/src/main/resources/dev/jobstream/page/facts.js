import {byId, count, element, foreign, icon} from './dom.js';

/** Gates, what AI has used, gaps and previous runs: short lists that are made anew when they have changed. */
export class Facts {
  #shown = new Map();

  show() {
    this.#shown.clear();
  }

  draw(job) {
    this.#card('gates', 'gates-card', [...job.gates.values()], job.gates.size, gate => [
      icon(gate.state), foreign('span', 'what', gate.name), element('span', 'sr', gate.state), foreign('span', 'more', gate.detail),
    ]);
    const tools = [...job.tools.entries()];
    this.#card('tools', null, [
      ...tools.map(([name, {calls, last}]) => ({name, count: `× ${count(calls)}`, more: last})),
      ...job.artifacts.map(name => ({name, count: 'artifact', more: ''})),
    ], tools.length, tool => [
      foreign('span', 'what', tool.name), element('span', 'count', tool.count), foreign('span', 'more', tool.more),
    ]);
    this.#tokens(job);
    byId('ai-card').hidden = job.tokens.size + job.tools.size + job.artifacts.length === 0;
    this.#card('gaps', 'gaps-card', job.gaps, job.gaps.length, gap => [
      gap.resumesAt === null
        ? `All after ${gap.after || 'the beginning'}: nothing is kept any more.`
        : `After ${gap.after || 'the beginning'}, before ${gap.resumesAt}${gap.where ? `, in “${gap.where}”` : ''}.`,
    ]);
    this.#card('runs', 'runs-card', job.previous, job.previous.length, id => {
      const link = element('a', '', id);
      link.href = `#${new URLSearchParams({job: id})}`;
      return [link];
    });
  }

  #tokens(job) {
    const text = JSON.stringify([...job.tokens]);
    if (this.#shown.get('tokens') === text) return;
    this.#shown.set('tokens', text);
    byId('tokens').replaceChildren(...[...job.tokens].map(([name, value]) => {
      const pair = element('div');
      pair.append(foreign('dt', '', `${name} tokens`), element('dd', '', count(value)));
      return pair;
    }));
  }

  #card(id, card, items, size, make) {
    const text = JSON.stringify(items);
    if (this.#shown.get(id) === text) return;
    this.#shown.set(id, text);
    byId(id).replaceChildren(...items.map(item => {
      const row = element('li');
      row.append(...make(item));
      return row;
    }));
    if (card) byId(card).hidden = size === 0;
  }
}
