// Ties the page together: the sign-in form, the five states, and the signs of life.

import { Connection } from './connection.js';
import { element, Feed } from './feed.js';
import { format } from './latency.js';
import { Publish } from './publish.js';

const byId = (id) => document.getElementById(id);

const REACHES = { sub: 'one user', everyone: 'every session' };
const WHO = { connecting: 'Signing in as', refused: 'Refused as' };
const KEYS = { sub: 'user name', everyone: 'any' };

let config;
let connection;
let feed;
let publish;
let identity = null;
let state = { name: 'empty' };
let lastSeen = 0;
let heartbeatMs = 25_000;

function show(next) {
  const before = state;
  state = next;
  document.body.dataset.state = next.name;
  for (const panel of ['empty', 'connecting', 'refused', 'lost']) {
    byId(`panel-${panel}`).hidden = panel !== next.name;
  }
  byId('live').hidden = next.name === 'empty' || (next.name !== 'live' && feed.isEmpty);
  byId('sign-in').hidden = identity !== null;
  byId('who').hidden = identity === null;
  byId('publish').hidden = identity === null;
  byId('who-how').textContent = WHO[next.name] ?? 'Signed in as';
  document.title = `${identity?.user ? `${identity.user} · ` : ''}Fanfare console`;
  render[next.name](next, before);
}

const render = {
  empty(now, before) {
    status('Signed out');
    if (before.name !== 'empty') {
      byId('user').focus();
    }
  },

  connecting({ step, attempt, tokenMs, upgradeMs }) {
    status(attempt > 0 ? 'Reconnecting' : 'Connecting');
    byId('connecting-title').textContent = attempt > 0 ? `Reconnecting, attempt ${attempt}` : `Connecting as ${identity.user ?? 'the token’s user'}`;
    const steps = ['token', 'upgrade', 'ready'];
    for (const item of document.querySelectorAll('.steps li')) {
      const distance = steps.indexOf(item.dataset.step) - steps.indexOf(step);
      item.className = distance < 0 ? 'done' : distance === 0 ? 'now' : '';
      item.toggleAttribute('aria-current', distance === 0);
    }
    byId('step-token').textContent = tokenMs === undefined ? 'asking the local issuer' : identity.token ? 'your own' : `issued in ${format(tokenMs)}`;
    byId('step-upgrade').textContent = upgradeMs === undefined ? 'HTTP to WebSocket, the token as a subprotocol entry' : `101 after ${format(upgradeMs)}`;
    byId('step-ready').textContent = 'the gateway’s first event';
  },

  live({ ready, subprotocol }) {
    heartbeatMs = ready.heartbeatMs;
    identity = { ...identity, user: ready.user };
    byId('who-name').textContent = ready.user;
    const until = new Date(ready.expiresAt);
    status('Live', `session ${ready.session}`);
    byId('status').parentElement.title = `${subprotocol}, build ${ready.build}`;
    byId('who-claims').textContent = claims(`token until ${until.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`);
    publish.signedIn(ready.user, identity.tenant || null);
    byId('curl').textContent = `curl -H 'content-type: application/json' -d '{"hello":"${ready.user.replace(/['"\\]/g, '')}"}' \\\n  '${location.origin}/dev/publish/${userTopic()}?key=${encodeURIComponent(ready.user)}'`;
  },

  refused({ code, title, meaning, advice, reason, wasClean, did }) {
    status('Refused', code ? String(code) : '');
    byId('refused-code').textContent = code ?? '';
    byId('refused-title').textContent = title;
    byId('refused-meaning').textContent = meaning;
    facts('refused-facts', [
      ['Close code', code >= 1000 ? `${code}${wasClean ? ', clean close' : ''}` : null],
      ['HTTP status', code < 1000 ? code : null],
      ['Reason', reason],
      ['Tried', did],
      ['What to do', advice],
    ]);
    feed.mark(`Ended at ${clock()}`);
    byId('refused-retry').focus();
  },

  lost({ code, title, meaning, advice, reason, wasClean, attempt, delayMs, until }, before) {
    byId('lost-title').textContent = title;
    byId('lost-meaning').textContent = meaning;
    facts('lost-facts', [
      ['Close code', code ? `${code}${wasClean ? ', clean close' : ', no closing handshake'}` : null],
      ['Reason', reason],
      ['What to do', `${advice} Next: attempt ${attempt}, after ${(delayMs / 1_000).toFixed(1)} s.`],
    ]);
    status('Lost', code ? String(code) : '');
    if (before.name === 'live') {
      feed.mark(`Connection lost at ${clock()}`);
    }
    countdown(until, delayMs);
  },
};

function status(text, detail = '') {
  byId('status').textContent = text;
  byId('status-detail').textContent = detail;
  byId('status').parentElement.removeAttribute('title');
}

function facts(id, rows) {
  byId(id).replaceChildren(...rows.filter(([, value]) => value)
    .flatMap(([name, value]) => [element('dt', '', name), element('dd', '', String(value))]));
}

function countdown(until, delayMs) {
  const left = until - performance.now();
  if (state.name !== 'lost' || state.until !== until) {
    return;
  }
  byId('countdown').textContent = Math.max(0, Math.ceil(left / 1_000));
  byId('ring').style.strokeDashoffset = String(1 - Math.max(0, Math.min(1, left / delayMs)));
  if (left > 0) {
    requestAnimationFrame(() => countdown(until, delayMs));
  }
}

function claims(...more) {
  return [identity.tenant && `tenant ${identity.tenant}`, identity.groups && groupText(identity.groups), ...more].filter(Boolean).join(' · ');
}

function groupText(groups) {
  const names = groups.split(',').map((name) => name.trim()).filter(Boolean);
  return names.length > 3 ? `${names.length} groups` : `groups ${names.join(', ')}`;
}

function clock() {
  return new Date().toLocaleTimeString('en-GB');
}

function userTopic() {
  return config.topics.find((topic) => topic.addressBy === 'sub')?.name ?? '';
}

function received(event, data, receivedAt) {
  lastSeen = performance.now();
  if (event.type === 'io.fanfare.heartbeat') {
    byId('lag').textContent = format(event.data.ingestLagMs);
    const beat = byId('beat');
    beat.classList.remove('now');
    requestAnimationFrame(() => beat.classList.add('now'));
  }
  const latency = feed.add(event, receivedAt);
  publish.arrived(event, latency);
  lookForLife();
}

// A quiet connection is fine for as long as heartbeats come.
function lookForLife() {
  if (lastSeen === 0) {
    return;
  }
  const silence = performance.now() - lastSeen;
  byId('seen').textContent = silence < 1_500 ? 'just now' : `${Math.round(silence / 1_000)} s ago`;
  byId('beat').classList.toggle('late', silence > heartbeatMs * 1.5);
}

function signIn(event) {
  event.preventDefault();
  const token = byId('token').value.trim();
  const user = byId('user').value.trim();
  if (!token && !user) {
    byId('user').setAttribute('aria-invalid', 'true');
    byId('user-error').textContent = 'A name is needed; alice will do.';
    byId('user').focus();
    return;
  }
  byId('user').removeAttribute('aria-invalid');
  byId('user-error').textContent = '';
  identity = token ? { token } : { user, tenant: byId('tenant').value.trim(), groups: byId('groups').value.trim() };
  if (user) {
    sessionStorage.setItem('user', user);
  }
  byId('who-name').textContent = identity.user ?? 'your own token';
  byId('who-claims').textContent = claims();
  publish.signedIn(identity.user ?? null, identity.tenant ?? null);
  lastSeen = 0;
  byId('seen').textContent = '–';
  byId('lag').textContent = '–';
  feed.clear();
  connection.connect(identity);
}

function signOut() {
  identity = null;
  connection.disconnect();
}

async function start() {
  const answer = await fetch('/dev/config');
  config = await answer.json();
  feed = new Feed(config.topics);
  publish = new Publish(config.topics);
  connection = new Connection(config, { onState: show, onEvent: received });
  byId('reach').replaceChildren(...config.topics.map(({ name, addressBy, addressFrom }) => element('tr', '',
    element('td', '', element('code', '', name)),
    element('td', '', REACHES[addressBy] ?? `everyone whose ${addressBy} it is`),
    element('td', '', addressFrom === 'key' ? KEYS[addressBy] ?? addressBy : addressFrom))));
  if (!config.tokenEndpoint) {
    byId('by-name').hidden = true;
    byId('own-token').open = true;
  }
  byId('user').value = sessionStorage.getItem('user') ?? '';
  byId('sign-in').addEventListener('submit', signIn);
  byId('sign-out').addEventListener('click', signOut);
  byId('cancel').addEventListener('click', signOut);
  byId('give-up').addEventListener('click', signOut);
  byId('refused-change').addEventListener('click', signOut);
  byId('refused-retry').addEventListener('click', () => connection.retry());
  byId('retry-now').addEventListener('click', () => connection.retry());
  byId('copy').addEventListener('click', async () => {
    await navigator.clipboard.writeText(byId('curl').textContent);
    byId('copy').textContent = 'Copied';
    setTimeout(() => byId('copy').textContent = 'Copy', 1_500);
  });
  setInterval(lookForLife, 1_000);
  byId('connect').disabled = false;
  show(state);
  byId('user').focus();
}

start().catch(() => status('The gateway does not answer', 'reload the page when it runs'));
