// One user's connection to the gateway: token, WebSocket, and what to do when it ends.
// Reports its state as one of empty, connecting, live, refused and lost; live has the phases
// live, replaying and stalled.

import { afterClose, describe, retryAfterIn } from './closecodes.js';
import { Place } from './place.js';

const SUBPROTOCOL = 'cloudevents.json';
const CURSOR_UNUSABLE = 4410;
const TOKEN_MARGIN_MS = 10_000;
// A session that lived this long was a success: the next backoff begins anew.
const LASTING_MS = 10_000;

export class Connection {
  #config;
  #onState;
  #onEvent;
  #identity = null;
  #token = null;
  #place = null;
  #socket = null;
  // What the fault proxy knows the socket by.
  #line = null;
  // The session since ready, or null.
  #live = null;
  #timer = 0;
  #attempt = 0;
  #freshTokenTried = false;
  // Whatever belongs to an earlier run is ignored.
  #run = 0;

  constructor(config, { onState, onEvent }) {
    this.#config = config;
    this.#onState = onState;
    this.#onEvent = onEvent;
  }

  // identity: { user, tenant, groups } or { token }
  connect(identity) {
    this.#end();
    this.#identity = identity;
    this.#token = null;
    this.#place = new Place(identity.user);
    this.#attempt = 0;
    this.#freshTokenTried = false;
    this.#open();
  }

  // Again, at once, as the user asks.
  retry() {
    this.#end();
    this.#freshTokenTried = false;
    this.#open();
  }

  disconnect() {
    this.#end();
    this.#place?.forget();
    this.#identity = null;
    this.#token = null;
    this.#onState({ name: 'empty' });
  }

  // Does something to the connection in the fault proxy: cut, stall or resume.
  async harm(fault) {
    const answer = await fetch(`/dev/lines/${this.#line}/${fault}`, { method: 'POST', signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) {
      throw new Error(`The proxy’s answer was ${answer.status}`);
    }
    if (this.#live && fault !== 'cut') {
      this.#show({ stalled: fault === 'stall' });
    }
  }

  #show(change) {
    this.#live = { ...this.#live, ...change };
    const phase = this.#live.stalled ? 'stalled' : this.#live.replaying ? 'replaying' : 'live';
    this.#onState({ name: 'live', phase, ...this.#live });
  }

  #end() {
    this.#run++;
    clearTimeout(this.#timer);
    if (this.#live?.stalled) {
      // Otherwise the proxy would keep what nobody reads any more.
      this.harm('cut').catch(() => {});
    }
    this.#live = null;
    this.#socket?.close(1000);
    this.#socket = null;
  }

  async #open() {
    const run = ++this.#run;
    const started = performance.now();
    const progress = { name: 'connecting', attempt: this.#attempt, step: 'token' };
    this.#onState(progress);
    let token;
    try {
      token = await this.#currentToken();
    }
    catch (failure) {
      if (run === this.#run) {
        this.#noToken(failure);
      }
      return;
    }
    if (run !== this.#run) {
      return;
    }
    progress.tokenMs = performance.now() - started;
    this.#onState({ ...progress, step: 'upgrade' });
    this.#upgrade(run, token, progress);
  }

  #upgrade(run, token, progress) {
    this.#line = crypto.randomUUID();
    const url = new URL(this.#config.socketUrl);
    url.searchParams.set('line', this.#line);
    if (this.#place.cursor) {
      url.searchParams.set('cursor', this.#place.cursor);
    }
    let socket;
    try {
      socket = new WebSocket(url, [SUBPROTOCOL, `bearer.${token}`]);
    }
    catch {
      // The browser's own check of subprotocol names (RFC 6455 section 4.1).
      this.#onState({ name: 'refused', title: 'Not a token', meaning: 'What was given cannot be sent as a token: a JWT has letters, digits, dots, hyphens and underscores alone.', advice: 'Sign in with another one.' });
      return;
    }
    this.#socket = socket;
    const started = performance.now();
    let opened = false;
    let readyAt = 0;
    let goawayMs = null;
    socket.addEventListener('open', () => {
      if (run !== this.#run) {
        return;
      }
      opened = true;
      this.#onState({ ...progress, step: 'ready', upgradeMs: performance.now() - started });
    });
    socket.addEventListener('message', ({ data }) => {
      const receivedAt = Date.now();
      if (run !== this.#run) {
        return;
      }
      const event = JSON.parse(data);
      if (!this.#place.received(event)) {
        this.#live.dropped++;
        return;
      }
      if (event.type === 'io.fanfare.ready') {
        readyAt = performance.now();
        this.#freshTokenTried = false;
        this.#show({ ready: event.data, subprotocol: socket.protocol, replaying: event.data.resumed, dropped: 0 });
      }
      else if (event.type === 'io.fanfare.goaway') {
        goawayMs = event.data.retryAfterMs;
      }
      this.#onEvent(event, receivedAt, { replaying: this.#live?.replaying, dropped: this.#live?.dropped });
      if (event.type === 'io.fanfare.caughtup') {
        this.#show({ replaying: false, dropped: 0 });
      }
    });
    socket.addEventListener('close', ({ code, reason, wasClean }) => {
      if (run !== this.#run) {
        return;
      }
      this.#socket = null;
      this.#live = null;
      if (readyAt && performance.now() - readyAt > LASTING_MS) {
        this.#attempt = 0;
      }
      this.#closed({ code, reason, wasClean, opened, retryAfterMs: goawayMs ?? retryAfterIn(reason) });
    });
  }

  #closed(close) {
    const { code, reason, wasClean, opened } = close;
    const next = afterClose({ ...close, attempt: this.#attempt, renewable: this.#renewable() });
    const { name, meaning, advice, action } = describe(code, opened);
    const told = { code, reason, wasClean, title: name, meaning, advice };
    if (next.stop) {
      const tried = action === 'fresh token' && this.#freshTokenTried;
      this.#onState({ ...told, name: 'refused', did: tried ? 'A fresh token was tried and not accepted either.' : null });
      return;
    }
    if (code === CURSOR_UNUSABLE) {
      this.#place.forget();
    }
    if (next.freshToken) {
      this.#token = null;
      this.#freshTokenTried = true;
    }
    this.#wait(next.delayMs, told);
  }

  #noToken(failure) {
    if (failure instanceof Refused) {
      this.#onState({ name: 'refused', code: failure.status, title: 'No token', meaning: failure.message, advice: 'Sign in differently.' });
      return;
    }
    const { delayMs } = afterClose({ code: 1006, opened: false, attempt: this.#attempt });
    this.#wait(delayMs, { title: 'The issuer does not answer', meaning: 'No token could be had, so no connection was tried.', advice: 'See that the development run is up.' });
  }

  #wait(delayMs, told) {
    this.#attempt++;
    const run = this.#run;
    this.#timer = setTimeout(() => {
      if (run === this.#run) {
        this.#open();
      }
    }, delayMs);
    this.#onState({ ...told, name: 'lost', attempt: this.#attempt, delayMs, until: performance.now() + delayMs });
  }

  #renewable() {
    return !this.#identity.token && !this.#freshTokenTried;
  }

  async #currentToken() {
    if (this.#identity.token) {
      return this.#identity.token;
    }
    if (!this.#token || this.#token.until < Date.now()) {
      this.#token = await requestToken(this.#config.tokenEndpoint, this.#identity);
    }
    return this.#token.value;
  }
}

class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function requestToken(endpoint, { user, tenant, groups }) {
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: user });
  if (tenant) {
    form.set('tenant', tenant);
  }
  if (groups) {
    form.set('groups', groups);
  }
  const answer = await fetch(endpoint, { method: 'POST', body: form, signal: AbortSignal.timeout(10_000) });
  if (answer.status >= 500) {
    throw new Error(`The issuer answered ${answer.status}`);
  }
  const body = await answer.json();
  if (!answer.ok) {
    throw new Refused(answer.status, `The issuer said: ${body.error_description ?? body.error}.`);
  }
  return { value: body.access_token, until: Date.now() + body.expires_in * 1000 - TOKEN_MARGIN_MS };
}
