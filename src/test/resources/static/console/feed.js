// The list of what has arrived, newest first, and what is known of it as a whole.

import { draw, format, Latencies } from './latency.js';

const SHOWN = 200;
const ANNOUNCE_MS = 4_000;
const CONTROL = 'io.fanfare.';

const byId = (id) => document.getElementById(id);

export class Feed {
  #topics;
  #list = byId('feed');
  #latencies = new Latencies();
  #received = 0;
  #waiting = [];
  #frame = 0;
  #unannounced = 0;
  #announcing = 0;
  #hasItems = false;

  constructor(topics) {
    this.#topics = new Map(topics.map((topic) => [topic.name, topic]));
    byId('clear').addEventListener('click', () => this.clear());
    byId('show-control').addEventListener('change', ({ target }) => {
      this.#list.classList.toggle('with-control', target.checked);
      this.#showWaiting();
    });
    new ResizeObserver(() => draw(byId('plot'), this.#latencies)).observe(byId('plot'));
  }

  // Returns the latency in milliseconds, or null where the event has no time of its own.
  add(event, receivedAt) {
    const control = event.type.startsWith(CONTROL);
    const sent = control ? NaN : Date.parse(event.time);
    const latency = Number.isNaN(sent) ? null : receivedAt - sent;
    if (!control) {
      this.#received++;
      this.#unannounced++;
      if (latency !== null) {
        this.#latencies.add(latency);
      }
    }
    this.#waiting.push({ event, receivedAt, latency, control });
    if (this.#waiting.length > SHOWN) {
      this.#waiting.shift();
    }
    this.#frame ||= requestAnimationFrame(() => this.#render());
    return latency;
  }

  // A line across the list: what came before is from an earlier session.
  mark(text) {
    if (this.#hasItems && !this.#list.firstElementChild?.classList.contains('mark')) {
      const item = element('li', 'mark', element('span', '', text));
      this.#list.prepend(item);
    }
  }

  clear() {
    this.#list.replaceChildren();
    this.#waiting = [];
    this.#latencies = new Latencies();
    this.#received = 0;
    this.#hasItems = false;
    this.#figures();
    this.#showWaiting();
  }

  get isEmpty() {
    return !this.#hasItems;
  }

  #render() {
    this.#frame = 0;
    const items = this.#waiting.map((entry) => this.#item(entry)).reverse();
    this.#hasItems ||= this.#waiting.some((entry) => !entry.control);
    this.#waiting = [];
    this.#list.prepend(...items);
    while (this.#list.childElementCount > SHOWN) {
      this.#list.lastElementChild.remove();
    }
    this.#figures();
    this.#showWaiting();
    this.#announceSoon();
  }

  #figures() {
    const some = this.#latencies.count > 0;
    byId('median').textContent = some ? format(this.#latencies.quantile(0.5)) : '–';
    byId('p99').textContent = some ? format(this.#latencies.quantile(0.99)) : '–';
    byId('received').textContent = this.#received.toLocaleString('en');
    draw(byId('plot'), this.#latencies);
  }

  #showWaiting() {
    byId('waiting').hidden = this.#hasItems || byId('show-control').checked;
  }

  #item({ event, receivedAt, latency, control }) {
    const reach = control ? { kind: 'control', text: 'control' } : this.#reach(event.source);
    const at = new Date(receivedAt);
    const time = element('time', '', at.toLocaleTimeString('en-GB'));
    time.dateTime = at.toISOString();
    const summary = element('summary', '',
      element('span', 'latency', latency === null ? '' : format(latency)),
      element('span', `reach-chip ${reach.kind}`, reach.text),
      element('span', 'type', event.type),
      element('span', 'preview', preview(event)),
      time);
    const item = element('li', control ? 'control' : '', element('details', '', summary));
    // Printed when it is looked at, not for each of thousands that arrive.
    item.firstChild.addEventListener('toggle', () => {
      if (item.firstChild.childElementCount === 1) {
        const pre = element('pre', '', JSON.stringify(event, null, 2));
        pre.tabIndex = 0;
        item.firstChild.append(pre);
      }
    });
    return item;
  }

  #reach(source) {
    const topic = this.#topics.get(String(source).replace(/^\/kafka\//, ''));
    switch (topic?.addressBy) {
      case 'sub':
        return { kind: 'user', text: 'to you' };
      case 'everyone':
        return { kind: 'everyone', text: 'everyone' };
      case undefined:
        return { kind: 'other', text: 'event' };
      default:
        return { kind: 'claim', text: topic.addressBy };
    }
  }

  // A stream would drown a screen reader: one sentence for what came in the meantime.
  #announceSoon() {
    if (this.#announcing || this.#unannounced === 0) {
      return;
    }
    byId('announce').textContent = this.#unannounced === 1 ? 'One new notification' : `${this.#unannounced} new notifications`;
    this.#unannounced = 0;
    this.#announcing = setTimeout(() => {
      this.#announcing = 0;
      this.#announceSoon();
    }, ANNOUNCE_MS);
  }
}

function preview(event) {
  if (event.data !== undefined) {
    return JSON.stringify(event.data).slice(0, 300);
  }
  return event.data_base64 === undefined ? '' : `${event.datacontenttype ?? 'binary'}, base64`;
}

export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  made.append(...children);
  return made;
}
