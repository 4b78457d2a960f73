// The card of the page's own connection: how it stands, and what can be done to it in the
// fault proxy.

import { byId } from './dom.js';

const FAULTS = ['cut', 'stall', 'resume'];

const HINTS = {
  live: 'Stall, publish, then resume or cut.',
  replaying: 'What was missed is being replayed.',
  stalled: 'The proxy reads nothing from the gateway. Publish, then resume or cut.',
  lost: 'What is published now will be replayed.',
};

export class Line {
  // harm: takes the name of a fault, returns a promise of its being done
  constructor(harm) {
    for (const fault of FAULTS) {
      byId(fault).addEventListener('click', () => harm(fault).catch(() => this.#say('That could not be done: the connection is gone.')));
    }
  }

  show(phase) {
    const connected = ['live', 'replaying', 'stalled'].includes(phase);
    byId('cut').disabled = !connected;
    byId('stall').disabled = !connected || phase === 'stalled';
    byId('resume').disabled = phase !== 'stalled';
    this.#say(HINTS[phase] ?? '');
  }

  #say(text) {
    byId('line-hint').textContent = text;
  }
}
