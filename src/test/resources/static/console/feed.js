// The list of what has arrived, newest first, and what is known of it as a whole.

import { byId, element } from './dom.js';
import { GapNotice } from './gap.js';
import { draw, format, Latencies } from './latency.js';

const SHOWN = 200;
const ANNOUNCE_MS = 4_000;
const CONTROL = 'io.fanfare.';

export class Feed {
  #topics;
  #list = byId('feed');
  #latencies = new Latencies();
  #received = 0;
  #waiting = [];
  // The newest entry, where it is a gap or a mark: the next may belong to it.
  #openGap = null;
  #openMark = null;
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
  // That of a replayed one says nothing of the gateway and is not counted.
  add(event, receivedAt, replayed) {
    const control = event.type.startsWith(CONTROL);
    const sent = control ? NaN : Date.parse(event.time);
    const latency = Number.isNaN(sent) ? null : receivedAt - sent;
    if (!control) {
      this.#received++;
      this.#unannounced++;
      if (latency !== null && !replayed) {
        this.#latencies.add(latency);
      }
    }
    this.#enqueue({ event, receivedAt, latency, control, replayed });
    if (event.type === `${CONTROL}gap`) {
      this.#enqueue({ gap: event.data });
    }
    return latency;
  }

  // A line across the list; of the same kind in succession only the last.
  mark(kind, text) {
    this.#enqueue({ mark: kind, text });
  }

  // The newest so many turned out to be a replay.
  markReplayed(count) {
    this.#enqueue({ newestReplayed: count });
  }

  #enqueue(entry) {
    this.#waiting.push(entry);
    if (this.#waiting.length > 2 * SHOWN) {
      this.#waiting.shift();
    }
    this.#frame ||= requestAnimationFrame(() => this.#render());
  }

  clear() {
    this.#list.replaceChildren();
    this.#waiting = [];
    this.#openGap = null;
    this.#openMark = null;
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
    this.#waiting.forEach((entry) => this.#show(entry));
    this.#waiting = [];
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

  #show(entry) {
    if (entry.mark) {
      this.#showMark(entry);
    }
    else if (entry.gap) {
      this.#showGap(entry.gap);
    }
    else if (entry.newestReplayed !== undefined) {
      [...this.#list.querySelectorAll(':scope > .notification')].slice(0, entry.newestReplayed).forEach((item) => item.classList.add('replayed'));
    }
    else {
      this.#list.prepend(this.#item(entry));
      if (!entry.control) {
        this.#hasItems = true;
        this.#openGap = null;
        this.#openMark = null;
      }
    }
  }

  #showMark({ mark, text }) {
    this.#openGap = null;
    if (this.#openMark?.kind === mark) {
      this.#openMark.item.remove();
    }
    else if (!this.#hasItems) {
      return;
    }
    const item = element('li', `mark ${mark}`, text);
    this.#list.prepend(item);
    this.#openMark = { kind: mark, item };
  }

  #showGap(gap) {
    if (this.#openGap?.add(gap)) {
      return;
    }
    this.#openGap = new GapNotice(gap.reason);
    this.#openGap.add(gap);
    this.#openMark = null;
    this.#hasItems = true;
    this.#list.prepend(this.#openGap.element);
  }

  #item({ event, receivedAt, latency, control, replayed }) {
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
    const item = element('li', control ? 'control' : replayed ? 'notification replayed' : 'notification', element('details', '', summary));
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
