// Ties the page together: the sign-in form, the five states, and the signs of life.

import { Connection } from './connection.js';
import { byId, clock, element } from './dom.js';
import { Feed } from './feed.js';
import { format } from './latency.js';
import { Line } from './line.js';
import { Publish } from './publish.js';

const REACHES = { sub: 'one user', everyone: 'every session' };
const WHO = { connecting: 'Signing in as', refused: 'Refused as' };
const KEYS = { sub: 'user name', everyone: 'any' };
const PHASES = { live: 'Live', replaying: 'Replaying', stalled: 'Stalled' };

let config;
let connection;
let feed;
let line;
let publish;
let identity = null;
let state = { name: 'empty' };
let lastSeen = 0;
let heartbeatMs = 25_000;
let stalledAt = '';

function show(next) {
  const before = state;
  state = next;
  document.body.dataset.state = next.name;
  const phase = next.phase ?? next.name;
  document.body.dataset.phase = phase;
  for (const panel of ['empty', 'connecting', 'refused', 'lost']) {
    byId(`panel-${panel}`).hidden = panel !== next.name;
  }
  byId('live').hidden = next.name === 'empty' || (next.name !== 'live' && feed.isEmpty);
  byId('sign-in').hidden = identity !== null;
  byId('who').hidden = identity === null;
  byId('publish').hidden = identity === null;
  byId('line').hidden = identity === null;
  line.show(phase);
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

  live({ phase, ready, subprotocol }, before) {
    status(PHASES[phase], `session ${ready.session}`);
    byId('status').parentElement.title = `${subprotocol}, build ${ready.build}`;
    if (phase === 'stalled') {
      stalledAt = clock();
      feed.mark('stalled', `Stalled at ${stalledAt}`);
    }
    else if (before.phase === 'stalled') {
      feed.mark('stalled', `Stalled from ${stalledAt} to ${clock()}`);
    }
    if (before.name === 'live') {
      return;
    }
    heartbeatMs = ready.heartbeatMs;
    identity = { ...identity, user: ready.user };
    byId('who-name').textContent = ready.user;
    const until = new Date(ready.expiresAt);
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
    feed.mark('ended', `Ended at ${clock()}`);
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
      feed.mark('ended', `Connection lost at ${clock()}`);
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

function userTopic() {
  return config.topics.find((topic) => topic.addressBy === 'sub')?.name ?? '';
}

// replaying: whether the session resumed and has not caught up yet.
// dropped: how many notifications of its replay the page had already.
function received(event, receivedAt, { replaying, dropped }) {
  lastSeen = performance.now();
  if (event.type === 'io.fanfare.heartbeat') {
    byId('lag').textContent = format(event.data.ingestLagMs);
    const beat = byId('beat');
    beat.classList.remove('now');
    requestAnimationFrame(() => beat.classList.add('now'));
  }
  const latency = feed.add(event, receivedAt, replaying);
  publish.arrived(event, latency);
  if (event.type === 'io.fanfare.ready' && !event.data.resumed) {
    feed.mark('began', `Connected at ${clock()}: what comes from now on, nothing from before`);
  }
  else if (event.type === 'io.fanfare.caughtup') {
    caughtUp(event.data.replayed, replaying, dropped);
  }
  lookForLife();
}

// A page that resumed knows at once that it sees a replay, one that was too slow only now.
function caughtUp(replayed, replaying, dropped) {
  if (!replaying) {
    feed.markReplayed(replayed - dropped);
  }
  const had = dropped > 0 ? `, ${dropped} known already` : '';
  feed.mark('caughtup', `Caught up at ${clock()}: ${replayed === 0 ? 'nothing was missed'
    : `${replayed.toLocaleString('en')} ${replayed === 1 ? 'notification' : 'notifications'} replayed${had}`}`);
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
  enter(token ? { token } : { user, tenant: byId('tenant').value.trim(), groups: byId('groups').value.trim() });
}

function enter(who) {
  identity = who;
  // For a reload; a token is not kept.
  sessionStorage.setItem('identity', JSON.stringify(who.token ? null : who));
  byId('who-name').textContent = identity.user ?? 'your own token';
  byId('who-claims').textContent = claims();
  publish.signedIn(identity.user ?? null, identity.tenant || null);
  lastSeen = 0;
  byId('seen').textContent = '–';
  byId('lag').textContent = '–';
  feed.clear();
  connection.connect(identity);
}

function signOut() {
  identity = null;
  sessionStorage.removeItem('identity');
  connection.disconnect();
}

async function start() {
  const answer = await fetch('/dev/config');
  config = await answer.json();
  feed = new Feed(config.topics);
  publish = new Publish(config.topics);
  connection = new Connection(config, { onState: show, onEvent: received });
  line = new Line((fault) => connection.harm(fault));
  byId('reach').replaceChildren(...config.topics.map(({ name, addressBy, addressFrom }) => element('tr', '',
    element('td', '', element('code', '', name)),
    element('td', '', REACHES[addressBy] ?? `everyone whose ${addressBy} it is`),
    element('td', '', addressFrom === 'key' ? KEYS[addressBy] ?? addressBy : addressFrom))));
  if (!config.tokenEndpoint) {
    byId('by-name').hidden = true;
    byId('own-token').open = true;
  }
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
  const before = JSON.parse(sessionStorage.getItem('identity'));
  if (before) {
    enter(before);
  }
  else {
    byId('user').focus();
  }
}

start().catch(() => status('The gateway does not answer', 'reload the page when it runs'));
