// The publish form: one record to oneself, another user, a tenant or everyone.

import { byId } from './dom.js';
import { format } from './latency.js';

const AT_ONCE = 4;

const audiences = {
  self: { claim: 'sub', value: '{\n  "order": 4711,\n  "status": "shipped"\n}' },
  user: { claim: 'sub', label: 'User name', placeholder: 'bob', value: '{\n  "text": "Hello",\n  "from": "the console"\n}' },
  tenant: { claim: 'tenant', label: 'Tenant', placeholder: 'acme', value: '{\n  "invoice": 1729,\n  "due": "tomorrow"\n}' },
  everyone: { claim: 'everyone', value: '{\n  "text": "Maintenance at noon"\n}' },
};

export class Publish {
  #topics;
  #user = null;
  #tenant = null;
  #lastTemplate = '';
  #arrivals = new Map();
  #awaited = null;

  constructor(topics) {
    this.#topics = new Map(topics.filter((topic) => topic.addressFrom === 'key').map((topic) => [topic.addressBy, topic.name]));
    for (const radio of document.getElementsByName('audience')) {
      radio.disabled = !this.#topics.has(audiences[radio.value].claim);
      radio.addEventListener('change', () => this.#audienceChanged());
    }
    byId('key').addEventListener('input', () => this.#showRoute());
    byId('publish-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    byId('value').addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.#submit();
      }
    });
    this.#audienceChanged();
  }

  // user: the token's subject, or null while it is not known; the same for the tenant.
  signedIn(user, tenant) {
    this.#user = user;
    this.#tenant = tenant;
    byId('receipt').textContent = '';
    this.#showRoute();
  }

  // Tells of an arrival, so that the receipt can say how long the way back took.
  arrived(event, latency) {
    const name = recordName(event);
    if (name === null || latency === null) {
      return;
    }
    this.#arrivals.set(name, latency);
    if (this.#arrivals.size > 200) {
      this.#arrivals.delete(this.#arrivals.keys().next().value);
    }
    this.#completeReceipt();
  }

  get #audience() {
    return document.querySelector('input[name="audience"]:checked').value;
  }

  #audienceChanged() {
    const { label, placeholder, value } = audiences[this.#audience];
    byId('key-row').hidden = !label;
    if (label) {
      byId('key-label').textContent = label;
      byId('key').placeholder = placeholder;
      byId('key').value = this.#audience === 'tenant' ? this.#tenant ?? '' : '';
    }
    if (byId('value').value === this.#lastTemplate) {
      byId('value').value = value;
    }
    this.#lastTemplate = value;
    this.#say('');
    this.#showRoute();
  }

  #key() {
    switch (this.#audience) {
      case 'self':
        return this.#user;
      case 'everyone':
        return null;
      default:
        return byId('key').value.trim();
    }
  }

  #showRoute() {
    const topic = this.#topics.get(audiences[this.#audience].claim) ?? 'no topic';
    const key = this.#key();
    byId('route').textContent = key === null ? topic : `${topic}, key ${key || '…'}`;
  }

  async #submit() {
    const key = this.#key();
    const value = byId('value').value;
    byId('key').removeAttribute('aria-invalid');
    byId('value').removeAttribute('aria-invalid');
    if (key === '') {
      return this.#refuse('key', `${audiences[this.#audience].label} is missing.`);
    }
    if (key === null && this.#audience === 'self') {
      return this.#say('Sign in first: until then there is nobody to publish to.');
    }
    try {
      JSON.parse(value);
    }
    catch {
      return this.#refuse('value', 'This is not JSON. The gateway would count it as a bad record and pass it by.');
    }
    this.#say('');
    await this.#publish(this.#topics.get(audiences[this.#audience].claim), key, value, Number(byId('times').value));
  }

  async #publish(topic, key, value, times) {
    const button = byId('send');
    button.disabled = true;
    let left = times;
    let last = null;
    const worker = async () => {
      while (left > 0) {
        left--;
        last = await post(topic, key, value);
      }
    };
    try {
      await Promise.all(Array.from({ length: Math.min(times, AT_ONCE) }, worker));
      this.#awaited = { ...last, times };
      byId('receipt').textContent = this.#receipt();
      this.#completeReceipt();
    }
    catch (failure) {
      left = 0;
      byId('receipt').textContent = '';
      this.#say(failure.message);
    }
    finally {
      button.disabled = false;
    }
  }

  #receipt() {
    const { topic, partition, offset, times } = this.#awaited;
    return times > 1 ? `${times} records written to ${topic}` : `Written to ${topic}, partition ${partition}, offset ${offset}`;
  }

  #completeReceipt() {
    if (!this.#awaited || this.#awaited.times > 1) {
      return;
    }
    const { topic, partition, offset } = this.#awaited;
    const latency = this.#arrivals.get(`${topic}-${partition}-${offset}`);
    if (latency !== undefined) {
      byId('receipt').textContent = `${this.#receipt()}, back here in ${format(latency)}`;
      this.#awaited = null;
    }
  }

  #refuse(field, text) {
    byId(field).setAttribute('aria-invalid', 'true');
    byId(field).focus();
    this.#say(text);
  }

  #say(text) {
    byId('publish-error').textContent = text;
  }
}

// A plain record's event is named after its place in the log: topic id, partition, offset.
function recordName({ id, source }) {
  const place = /-(\d+-\d+)$/.exec(id);
  return place && String(source).startsWith('/kafka/') ? `${source.slice('/kafka/'.length)}-${place[1]}` : null;
}

async function post(topic, key, value) {
  const query = key === null ? '' : `?key=${encodeURIComponent(key)}`;
  let answer;
  try {
    answer = await fetch(`/dev/publish/${encodeURIComponent(topic)}${query}`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: value, signal: AbortSignal.timeout(15_000),
    });
  }
  catch {
    throw new Error('The gateway does not answer; nothing is known to be published.');
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw new Error(`${body.error ?? 'Not published'} (${answer.status}).`);
  }
  return body;
}
