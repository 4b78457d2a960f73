// What was left out, for a person: how much, why, of when, and where in the log. Gap events
// that come together are one notice.

import { clock, element } from './dom.js';

const SHOWN = 12;

const REASONS = {
  retention: 'The log no longer holds them.',
  window: 'They are beyond what a resume may replay.',
  reset: 'The topic was made anew or truncated, or its keys are not where they were declared to be.',
  overflow: 'This page fell too far behind.',
};

export class GapNotice {
  element = element('li', 'gap');
  #reason;
  #gaps = [];

  constructor(reason) {
    this.#reason = reason;
  }

  // Returns whether it belongs here.
  add(gap) {
    if (gap.reason !== this.#reason) {
      return false;
    }
    this.#gaps.push(gap);
    // Where the gateway tells times alone there are none.
    const located = this.#gaps.filter(({ topic }) => topic !== undefined);
    const places = located.slice(0, SHOWN).map((each) => element('li', '', element('b', '', `${each.topic}/${each.partition}`), `, ${offsets(each)}`));
    if (located.length > SHOWN) {
      places.push(element('li', '', `and ${located.length - SHOWN} more`));
    }
    this.element.replaceChildren(
      element('p', 'gap-title', `${this.#howMany()} left out${this.#when()}`),
      element('p', 'gap-why', REASONS[this.#reason] ?? `The gateway’s reason: ${this.#reason}.`, ' Fetch what is missing elsewhere; it will not come here.'),
      ...(places.length > 0 ? [element('ul', 'gap-places', ...places)] : []));
    return true;
  }

  // Offsets count everybody's records, and so are only the most that there can have been.
  #howMany() {
    const counted = this.#gaps.every(({ count }) => count !== undefined);
    const total = this.#gaps.reduce((sum, { count, from, to }) => sum + (counted ? count : to - from), 0);
    if (!total) {
      return 'Notifications may be';
    }
    const noun = total === 1 ? 'notification' : 'notifications';
    return `${counted ? '' : 'Up to '}${total.toLocaleString('en')} ${noun}`;
  }

  #when() {
    const since = this.#gaps.map((gap) => Date.parse(gap.since));
    const until = Math.max(...this.#gaps.map((gap) => Date.parse(gap.until)));
    if (Number.isNaN(until)) {
      return '';
    }
    // One without a beginning may begin anywhere.
    return since.some(Number.isNaN) ? `, written before ${moment(until)}` : `, of ${moment(Math.min(...since))} to ${moment(until)}`;
  }
}

function moment(time) {
  const today = new Date(time).toDateString() === new Date().toDateString();
  return today ? clock(time) : new Date(time).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}

function offsets({ from, to }) {
  return to - from > 1 ? `offsets ${from}–${to - 1}` : to === from ? `from offset ${from} on` : `offset ${from}`;
}
