// Drives the console page of a running development run in Chromium: brings it into each of
// its states and phases, checks on the way what the browser sees of the WebSocket, and takes a
// picture of each.
//
//   node screenshots.mjs [--url http://localhost:8080] [--out DIR] [--more DIR] [--drain]
//
// --out    where the pictures go; default ../../../target/console
// --more   where the narrow and the dark ones go; none without it
// --drain  at the end print "drain" and wait for the gateway to close with 1012
//
// Chromium: the environment variable CHROMIUM, or chromium on the PATH.

import assert from 'node:assert/strict';
import { accessSync, constants, mkdirSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { Relay } from './relay.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:8080' },
    out: { type: 'string', default: path.join(here, '../../../target/console') },
    more: { type: 'string' },
    drain: { type: 'boolean', default: false },
  },
});
const WIDE = { width: 1200, height: 760 };
const NARROW = { width: 380, height: 1100 };
const PATIENCE_MS = 15_000;

let checks = 0;

async function check(sentence, body) {
  try {
    await body();
    checks++;
  }
  catch (failure) {
    failure.message = `${sentence}: ${failure.message}`;
    throw failure;
  }
}

function browserPath() {
  const candidates = [process.env.CHROMIUM, ...['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) =>
    (process.env.PATH ?? '').split(path.delimiter).map((directory) => path.join(directory, name)))];
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    }
    catch {
      return false;
    }
  }) ?? assert.fail('No Chromium: name one in the environment variable CHROMIUM');
}

// What the page does not show: every close as the browser saw it, and every broken policy.
function observe() {
  const observed = { closes: [], violations: [] };
  Object.defineProperty(window, 'observed', { value: observed });
  window.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      this.addEventListener('close', ({ code, reason, wasClean }) => observed.closes.push({ code, reason, wasClean }));
    }
  };
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => observed.violations.push(`${violatedDirective} ${blockedURI}`));
}

class Tab {
  handshakes = [];
  frames = [];
  errors = [];
  tokenRequests = 0;

  static async open(context, url) {
    const tab = new Tab();
    tab.page = await context.newPage();
    tab.page.setDefaultTimeout(PATIENCE_MS);
    await tab.page.addInitScript(observe);
    const devtools = await context.newCDPSession(tab.page);
    await devtools.send('Network.enable');
    devtools.on('Network.webSocketHandshakeResponseReceived', ({ response }) => tab.handshakes.push(response));
    tab.page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => tab.frames.push(JSON.parse(payload))));
    tab.page.on('request', (request) => tab.tokenRequests += request.method() === 'POST' && request.url().endsWith('/token') ? 1 : 0);
    tab.page.on('pageerror', (error) => tab.errors.push(error.message));
    const answer = await tab.page.goto(url);
    tab.policy = answer.headers()['content-security-policy'];
    await tab.page.waitForFunction(() => document.querySelector('#reach tr'));
    return tab;
  }

  async signIn(user, { tenant, groups } = {}) {
    await this.page.getByLabel('User name').first().fill(user);
    if (tenant || groups) {
      await this.page.locator('#more-claims').evaluate((details) => details.open = true);
      await this.page.getByLabel('Tenant', { exact: true }).first().fill(tenant ?? '');
      await this.page.getByLabel('Groups').fill(groups ?? '');
    }
    await this.page.getByRole('button', { name: 'Connect' }).click();
  }

  async publish(audience, { key, value, times } = {}) {
    await this.page.getByRole('radio', { name: audience, exact: true }).check();
    if (key) {
      await this.page.locator('#key').fill(key);
    }
    if (value) {
      await this.page.getByLabel('JSON').fill(JSON.stringify(value, null, 2));
    }
    await this.page.locator('#times').selectOption(String(times ?? 1));
    await this.page.locator('#receipt').evaluate((receipt) => receipt.textContent = '');
    await this.page.getByRole('button', { name: 'Publish', exact: true }).click();
    await this.page.waitForFunction(() => document.querySelector('#receipt').textContent || document.querySelector('#publish-error').textContent);
    assert.equal(await this.page.locator('#publish-error').textContent(), '');
  }

  state(name) {
    return this.page.waitForFunction((wanted) => document.body.dataset.state === wanted, name);
  }

  phase(name) {
    return this.page.waitForFunction((wanted) => document.body.dataset.phase === wanted, name);
  }

  async harm(fault) {
    await this.page.getByRole('button', { name: fault, exact: true }).click();
  }

  // The numbers of the notifications received from the `from`-th frame on.
  numbers(from) {
    return this.frames.slice(from).filter(({ type }) => !type.startsWith('io.fanfare.')).map(({ data }) => data.n ?? data);
  }

  // The page draws once a frame, so what it shows may be a frame behind.
  async shows(selector, pattern) {
    await this.page.waitForFunction(([where, expected]) => new RegExp(expected).test(document.querySelector(where)?.textContent.trim()), [selector, pattern.source])
      .catch(async () => assert.match(await this.text(selector), pattern));
  }

  async text(selector) {
    return (await this.page.locator(selector).textContent()).trim();
  }

  async received() {
    return Number((await this.text('#received')).replace(',', ''));
  }

  lastClose() {
    return this.page.evaluate(() => window.observed.closes.at(-1));
  }

  async picture(state) {
    await this.legible(state);
    mkdirSync(options.out, { recursive: true });
    await this.page.screenshot({ path: path.join(options.out, `console-${state}.png`) });
    await this.page.setViewportSize(NARROW);
    await this.more(`console-${state}-narrow.png`);
    await check(`${state} fits ${NARROW.width} pixels`, async () => {
      assert.equal(await this.page.evaluate(() => document.documentElement.scrollWidth), NARROW.width);
      const tooNarrow = await this.page.evaluate((least) => [...document.querySelectorAll('.card, .panel, #live')]
        .filter((block) => block.checkVisibility() && block.offsetWidth < least).map((block) => block.className || block.id), NARROW.width - 40);
      assert.deepEqual(tooNarrow, []);
    });
    await this.page.setViewportSize(WIDE);
    await this.page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await this.legible(`${state}, dark,`);
    await this.more(`console-${state}-dark.png`);
    await this.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  }

  async more(name) {
    if (options.more) {
      mkdirSync(options.more, { recursive: true });
      await this.page.screenshot({ path: path.join(options.more, name) });
    }
  }

  // WCAG 2.2: names of fields and buttons (4.1.2), contrast of text (1.4.3).
  async legible(where) {
    const found = await this.page.evaluate(() => {
      const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
      const rgba = (color) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
      };
      const luminance = (channels) => channels.slice(0, 3).map((c) => c / 255)
        .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
      const background = (element) => {
        for (let at = element; at; at = at.parentElement) {
          const color = rgba(getComputedStyle(at).backgroundColor);
          if (color[3] === 255) {
            return color;
          }
        }
        return [255, 255, 255];
      };
      const problems = [];
      for (const element of document.querySelectorAll('body *')) {
        if (!element.checkVisibility({ opacityProperty: true }) || element.closest(':disabled')) {
          continue;
        }
        if (element.matches('input, select, textarea, button') && !(element.labels?.length || element.getAttribute('aria-label') || element.textContent.trim())) {
          problems.push(`${element.id || element.tagName} has no name`);
        }
        const text = [...element.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
        if (text) {
          const style = getComputedStyle(element);
          const [one, other] = [luminance(rgba(element instanceof SVGElement ? style.fill : style.color)), luminance(background(element))].sort((a, b) => b - a);
          const ratio = (one + 0.05) / (other + 0.05);
          if (ratio < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) {
            problems.push(`"${element.textContent.trim().slice(0, 40)}" has a contrast of ${ratio.toFixed(2)}`);
          }
        }
      }
      return problems;
    });
    await check(`${where} is legible`, () => assert.deepEqual(found, []));
  }
}

// A page of somebody else's, from which a script tries to connect.
async function foreignPage() {
  const server = http.createServer((request, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Another page</title>'));
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  return { port: server.address().port, close: () => { server.close(); server.closeAllConnections(); } };
}

async function connectFrom(context, pageUrl, target, token) {
  const page = await context.newPage();
  await page.goto(pageUrl);
  const outcome = await page.evaluate(([url, bearer]) => new Promise((resolve) => {
    const socket = new WebSocket(url, ['cloudevents.json', `bearer.${bearer}`]);
    socket.onopen = () => {
      resolve('open');
      socket.close();
    };
    socket.onclose = ({ code }) => resolve(code);
  }), [target, token]);
  await page.close();
  return outcome;
}

// The arithmetic of docs/protocol.md, section 7, which a browser would take long to show.
async function pauses(tab) {
  const pause = (random, close) => tab.page.evaluate(async ([fixed, closed]) => {
    const { afterClose, retryAfterIn } = await import('/console/closecodes.js');
    return afterClose({ opened: true, ...closed, retryAfterMs: closed.retryAfterMs ?? retryAfterIn(closed.reason) }, () => fixed).delayMs;
  }, [random, close]);
  await check('backoff doubles to 30 s, with full jitter', async () => {
    for (const [attempt, longest] of [[0, 500], [1, 1000], [2, 2000], [6, 30_000], [5000, 30_000]]) {
      assert.equal(await pause(1, { code: 1006, attempt }), longest);
      assert.equal(await pause(0, { code: 1006, attempt }), 0);
    }
  });
  await check('1013 never waits less than it was told', async () => {
    assert.equal(await pause(0, { code: 1013, attempt: 0, reason: 'retryAfterMs=5000' }), 5000);
    assert.equal(await pause(0, { code: 1013, attempt: 0, reason: 'try again later' }), 0);
  });
  await check('4408 comes back within 2 s, 1012 when it was told', async () => {
    assert.equal(await pause(1, { code: 4408, attempt: 9 }), 2000);
    assert.equal(await pause(1, { code: 1012, attempt: 9, retryAfterMs: 1840 }), 1840);
  });
}

async function run(browser) {
  const relay = new Relay(options.url);
  const url = await relay.listen();
  const context = await browser.newContext({ viewport: WIDE, reducedMotion: 'reduce', colorScheme: 'light', locale: 'en-GB' });
  try {
    const alice = await Tab.open(context, url);
    await pauses(alice);
    await empty(alice);
    await connecting(alice, relay);
    const bob = await Tab.open(context, url);
    // Only the tab in front is drawn at full speed.
    await alice.page.bringToFront();
    await live(alice, bob);
    await lost(alice, relay);
    await replayed(alice);
    await lagged(alice);
    await reloaded(alice);
    await bob.page.bringToFront();
    await signedOut(bob);
    await refused(bob);
    await closeCodes(bob, relay);
    await gaps(bob, relay);
    await origins(context);
    if (options.drain) {
      await drain(alice);
    }
    for (const tab of [alice, bob]) {
      await check('nothing breaks the content security policy', async () => assert.deepEqual(await tab.page.evaluate(() => window.observed.violations), []));
      await check('no script fails', () => assert.deepEqual(tab.errors, []));
    }
  }
  finally {
    await context.close();
    relay.close();
  }
}

async function empty(tab) {
  await tab.state('empty');
  await check('the page allows no inline script', () => {
    assert.match(tab.policy, /script-src 'self'(;|$)/);
    assert.doesNotMatch(tab.policy, /unsafe/);
  });
  await tab.picture('empty');
  await tab.signIn('');
  await check('a missing name is said beside the field', async () => tab.shows('#user-error', /name is needed/));
}

async function connecting(tab, relay) {
  relay.upgrades = 'hold';
  await tab.signIn('alice', { tenant: 'acme' });
  await tab.page.waitForSelector('.steps .now[data-step=upgrade]');
  await tab.picture('connecting');
  relay.release();
  await tab.state('live');
  await check('the upgrade is answered 101 with one subprotocol, never the token', () => {
    const { status, headers } = tab.handshakes.at(-1);
    assert.equal(status, 101);
    const name = Object.keys(headers).find((header) => header.toLowerCase() === 'sec-websocket-protocol');
    assert.equal(headers[name], 'cloudevents.json');
  });
  await check('ready is the first frame', () => {
    assert.equal(tab.frames[0].type, 'io.fanfare.ready');
    assert.equal(tab.frames[0].data.user, 'alice');
  });
}

async function live(alice, bob) {
  await bob.signIn('bob');
  await bob.state('live');
  await check('a live page with nothing in it says how to publish', async () => alice.shows('#curl', /notifications\?key=alice/));
  await alice.more('console-live-nothing-yet.png');

  await alice.publish('User', { key: 'bob', value: { for: 'bob' } });
  await bob.page.waitForSelector('.feed .preview:text-is(\'{"for":"bob"}\')');
  await alice.publish('Me', { value: { order: 4711, status: 'paid' }, times: 100 });
  await alice.shows('#received', /^100$/);
  await alice.publish('Tenant', { key: 'acme', value: { invoice: 1729, due: 'tomorrow' } });
  await alice.publish('Everyone', { value: { text: 'Maintenance at noon' } });
  await bob.page.waitForSelector('.feed .reach-chip.everyone');
  await alice.publish('Me', { value: { order: 4712, status: 'shipped', carrier: 'Nordpost', parcels: 2 } });
  await alice.shows('#receipt', /back here in \d+ ms/);

  await check('each gets their own notifications and nobody else’s', () => {
    const sources = (tab) => tab.frames.filter(({ type }) => !type.startsWith('io.fanfare.')).map(({ source }) => source);
    assert.equal(alice.frames.some(({ data }) => data?.for === 'bob'), false);
    assert.deepEqual(new Set(sources(alice)), new Set(['/kafka/notifications', '/kafka/tenants', '/kafka/announcements']));
    assert.deepEqual(sources(bob), ['/kafka/notifications', '/kafka/announcements']);
  });
  await check('every notification is counted', async () => alice.shows('#received', /^103$/));
  await check('median and 99th percentile are shown', async () => {
    await alice.shows('#median', /^\d+ ms$/);
    await alice.shows('#p99', /^\d/);
  });
  await check('a notification opens to its whole CloudEvent', async () => {
    const first = alice.page.locator('.feed details', { hasText: '4712' });
    await first.locator('summary').click();
    assert.equal(JSON.parse(await first.locator('pre').textContent()).data.order, 4712);
    await first.locator('summary').click();
  });
  await check('what is not JSON is not published', async () => {
    await alice.page.getByLabel('JSON').fill('{not json');
    await alice.page.getByRole('button', { name: 'Publish', exact: true }).click();
    await alice.shows('#publish-error', /not JSON/);
    await alice.page.getByLabel('JSON').fill('{\n  "order": 4713,\n  "status": "paid"\n}');
    await alice.publish('Me');
    // The receipt may still be the one before.
    await alice.shows('#received', /^104$/);
    await alice.shows('#receipt', /back here in/);
  });
  await alice.picture('live');
}

async function replayed(tab) {
  const before = tab.frames.length;
  const received = await tab.received();
  await tab.harm('Stall');
  await tab.phase('stalled');
  for (const n of [1, 2, 3]) {
    await tab.publish('Me', { value: { n, order: 4720 + n, status: 'shipped' } });
  }
  await check('a stalled connection lets nothing through, and the page says so', async () => {
    assert.deepEqual(tab.numbers(before), []);
    await tab.shows('#status', /^Stalled$/);
    await tab.shows('#feed > :first-child', /^Stalled at [\d:]+$/);
  });
  await tab.picture('stalled');
  await tab.harm('Cut');
  await tab.shows('#feed > .caughtup', /3 notifications replayed$/);
  await check('what was missed at a cut is replayed, in order', async () => {
    assert.equal((await tab.lastClose()).code, 1006);
    assert.equal(tab.frames.slice(before).find(({ type }) => type === 'io.fanfare.ready').data.resumed, true);
    assert.deepEqual(tab.numbers(before), [1, 2, 3]);
    assert.equal(await tab.received(), received + 3);
    assert.equal(await tab.page.locator('#feed .replayed').count(), 3);
  });
  await tab.phase('live');
  await tab.picture('replayed');
}

async function lagged(tab) {
  const before = tab.frames.length;
  const received = await tab.received();
  await tab.harm('Stall');
  await tab.phase('stalled');
  // More than sockets and queue hold.
  await tab.publish('Me', { value: { order: 4730, status: 'paid', notes: 'Left at the door. '.repeat(450) }, times: 100 });
  await tab.harm('Resume');
  await check('a page that was too slow reads on and gets everything once', async () => {
    await tab.shows('#feed > .caughtup', /\d notifications replayed$/);
    await tab.page.waitForFunction((expected) => Number(document.querySelector('#received').textContent.replace(',', '')) === expected, received + 100);
    const ids = tab.frames.slice(before).filter(({ type }) => !type.startsWith('io.fanfare.')).map(({ source, id }) => `${source} ${id}`);
    assert.equal(ids.length, 100);
    assert.equal(new Set(ids).size, 100);
    assert.equal(tab.frames.slice(before).some(({ type }) => type === 'io.fanfare.gap'), false);
  });
  await check('the stall has a beginning and an end', async () => {
    await tab.phase('live');
    assert.match(await tab.text('#status'), /^Live$/);
  });
  await tab.picture('resumed');
}

async function reloaded(tab) {
  await tab.harm('Stall');
  await tab.phase('stalled');
  await tab.publish('Me', { value: { n: 4 } });
  const before = tab.frames.length;
  await tab.page.reload();
  await check('a reload goes on where the page was', async () => {
    await tab.page.waitForFunction(() => document.querySelector('#feed .replayed .preview')?.textContent === '{"n":4}');
    assert.deepEqual(tab.numbers(before), [4]);
    await tab.phase('live');
  });
}

async function gaps(tab, relay) {
  const ago = (seconds) => new Date(Date.now() - seconds * 1_000).toISOString();
  let resumed;
  relay.upgrades = (socket) => {
    relay.upgrades = (again) => {
      resumed = again.ready('bob', true)
        .event('gap', { reason: 'retention', since: ago(700), until: ago(400), topic: 'notifications', partition: 7, from: 812, to: 940 })
        .event('gap', { reason: 'retention', since: ago(520), until: ago(410), topic: 'announcements', partition: 0, from: 40, to: 43 });
    };
    socket.ready('bob').notification('a', { n: 1 }).close(4408, 'no pong in time');
  };
  await tab.signIn('bob');
  await check('a session that resumes is replaying until it has caught up', async () => {
    await tab.phase('replaying');
    await tab.shows('#status', /^Replaying$/);
    resumed.notification('a', { n: 1 })
      .notification('b', { n: 2 })
      .event('caughtup', { replayed: 2 })
      .event('gap', { reason: 'overflow', until: ago(1), count: 34 });
    await tab.page.waitForSelector('#feed .gap ~ .caughtup');
    await tab.phase('live');
  });
  await check('a gap says how much is left out, and where; those that belong together are one', async () => {
    const notices = await tab.page.locator('#feed .gap').allInnerTexts();
    assert.equal(notices.length, 2);
    assert.match(notices[0], /^34 notifications left out, written before .+\s+This page fell too far behind[^/]*$/);
    assert.match(notices[1], /^Up to 131 notifications left out, of .+ to .+/);
    assert.match(notices[1], /notifications\/7, offsets 812–939/);
    assert.match(notices[1], /announcements\/0, offsets 40–42/);
  });
  await check('a notification that comes again is dropped', async () => {
    await tab.shows('#feed .caughtup', /2 notifications replayed, 1 known already$/);
    await tab.shows('#received', /^2$/);
    assert.deepEqual(await tab.page.locator('#feed .notification .preview').allTextContents(), ['{"n":2}', '{"n":1}']);
  });
  await check('a reconnect sends the newest cursor', () => assert.equal(relay.requested.at(-1).searchParams.get('cursor'), 'scripted'));
  await tab.picture('gap');
  await check('an unusable cursor is not sent again', async () => {
    const sent = relay.requested.length;
    relay.upgrades = (socket) => {
      relay.upgrades = 'pass';
      socket.close(4410, 'cursor unusable');
    };
    resumed.close(4408, 'no pong in time');
    await tab.page.waitForFunction(() => window.observed.closes.at(-1)?.code === 4410);
    await tab.state('live');
    assert.deepEqual(relay.requested.slice(sent).map((url) => url.searchParams.has('cursor')), [true, false]);
    await tab.shows('#feed .began', /nothing from before$/);
  });
}

async function lost(tab, relay) {
  // The longest pause that full jitter allows, and so a countdown to look at.
  await tab.page.evaluate(() => {
    window.realRandom = Math.random;
    Math.random = () => 0.99;
  });
  relay.upgrades = 'drop';
  relay.cut();
  await tab.state('lost');
  await check('a cut connection is 1006, and not clean', async () => {
    const { code, wasClean } = await tab.lastClose();
    assert.deepEqual({ code, wasClean }, { code: 1006, wasClean: false });
  });
  await tab.page.waitForFunction(() => document.body.dataset.state === 'lost' && Number(document.querySelector('#countdown').textContent) >= 4);
  await tab.picture('lost');
  await check('the page reconnects by itself when the gateway is back', async () => {
    relay.upgrades = 'pass';
    await tab.page.evaluate(() => Math.random = window.realRandom);
    await tab.state('live');
    // What came within a second before the cut comes again, and would pass for something later.
    await tab.shows('#feed > .caughtup', /replayed$|nothing was missed$/);
  });
}

async function signedOut(tab) {
  await tab.state('live');
  await tab.page.getByRole('button', { name: 'Sign out' }).click();
  await tab.state('empty');
  await check('signing out ends in a clean closing handshake', async () => {
    await tab.page.waitForFunction(() => window.observed.closes.at(-1)?.code === 1000);
    assert.equal((await tab.lastClose()).wasClean, true);
  });
}

async function refused(tab) {
  await tab.page.getByText('Use a token of your own').click();
  await tab.page.getByLabel('JWT').fill('not.a.token');
  await tab.page.getByRole('button', { name: 'Connect' }).click();
  await tab.state('refused');
  await check('a bad token is refused with 4401 and a clean close', async () => {
    const { code, wasClean } = await tab.lastClose();
    assert.deepEqual({ code, wasClean }, { code: 4401, wasClean: true });
  });
  await tab.picture('refused');
  await tab.page.getByRole('button', { name: 'Sign in differently' }).click();
  await tab.page.getByLabel('JWT').fill('');
}

// What the page does by the table of docs/protocol.md, section 7.
async function closeCodes(tab, relay) {
  const scripted = async (script) => {
    relay.upgrades = (socket) => {
      relay.upgrades = 'pass';
      script(socket);
    };
    await tab.signIn('bob');
  };
  const signOut = async () => {
    await tab.page.getByRole('button', { name: 'Sign out' }).click();
    await tab.state('empty');
  };

  await check('1012 reconnects after the retryAfterMs of goaway', async () => {
    await scripted((socket) => socket.ready('bob').event('goaway', { reason: 'drain', retryAfterMs: 1200, build: '1' }).close(1012, 'drain'));
    await tab.state('lost');
    await tab.shows('#lost-facts', /after 1\.2 s/);
    await tab.state('live');
    await signOut();
  });
  await check('1013 waits for at least the retryAfterMs of its reason', async () => {
    await scripted((socket) => socket.close(1013, 'retryAfterMs=900'));
    await tab.state('lost');
    await tab.shows('#lost-facts', /after [\d.]+ s/);
    const [, seconds] = /after ([\d.]+) s/.exec(await tab.text('#lost-facts'));
    assert.ok(Number(seconds) >= 0.9, seconds);
    await tab.state('live');
    await signOut();
  });
  await check('4401 gets a fresh token and reconnects', async () => {
    const before = tab.tokenRequests;
    await scripted((socket) => socket.close(4401, 'invalid token'));
    await tab.state('live');
    assert.equal(tab.tokenRequests - before, 2);
    await signOut();
  });
  await check('4401 for a fresh token too is the end', async () => {
    relay.upgrades = (socket) => socket.close(4401, 'invalid token');
    await tab.signIn('bob');
    await tab.state('refused');
    await tab.shows('#refused-facts', /A fresh token was tried/);
    relay.upgrades = 'pass';
    await tab.page.getByRole('button', { name: 'Try again' }).click();
    await tab.state('live');
    await signOut();
  });
  await check('4403 stops at once', async () => {
    await scripted((socket) => socket.close(4403, 'not allowed'));
    await tab.state('refused');
    await tab.shows('#refused-facts', /Sign in with other claims/);
    await signOut();
  });
  await check('a heartbeat shows the lag, and 4409 stops until the user acts', async () => {
    await scripted((socket) => socket.ready('bob').event('heartbeat', { ingestLagMs: 12 }).close(4409, 'displaced by a newer session'));
    await tab.state('refused');
    await tab.shows('#refused-title', /Displaced/);
    await tab.shows('#lag', /^12 ms$/);
    await signOut();
  });
}

async function origins(context) {
  const foreign = await foreignPage();
  try {
    const { tokenEndpoint, socketUrl } = await (await fetch(`${options.url}/dev/config`)).json();
    const answer = await fetch(tokenEndpoint, { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'carol' }) });
    const { access_token: token } = await answer.json();
    await check('a page of another localhost port may connect to a development run', async () => {
      assert.equal(await connectFrom(context, `http://localhost:${foreign.port}/`, socketUrl, token), 'open');
    });
    await check('a page of another host may not', async () => {
      assert.equal(await connectFrom(context, `http://elsewhere.localhost:${foreign.port}/`, socketUrl, token), 1006);
    });
  }
  finally {
    foreign.close();
  }
}

async function drain(tab) {
  await tab.page.bringToFront();
  await tab.state('live');
  console.log('drain');
  await check('a draining gateway closes with 1012, cleanly, and says when to come back', async () => {
    await tab.page.waitForFunction(() => window.observed.closes.at(-1)?.code === 1012);
    assert.equal((await tab.lastClose()).wasClean, true);
    assert.equal(tab.frames.some(({ type }) => type === 'io.fanfare.goaway'), true);
  });
}

const browser = await chromium.launch({
  executablePath: browserPath(),
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  await run(browser);
  console.log(`${checks} checks of the console passed`);
}
finally {
  await browser.close();
}
