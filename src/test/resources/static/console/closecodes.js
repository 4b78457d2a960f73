// What each close code means and what the client does next: docs/protocol.md, section 7.
// ConsoleCloseCodesTests holds this table and io.fanfare.wire.CloseCode together.

export const closeCodes = {
  1000: { action: 'stop', name: 'Closed', meaning: 'The session ended normally.', advice: 'Connect again whenever you like.' },
  1002: { action: 'stop', name: 'Protocol error', meaning: 'This client broke RFC 6455.', advice: 'Reconnecting would only repeat it. Look at what the client sends.' },
  1003: { action: 'stop', name: 'Binary frame', meaning: 'This client sent a binary frame; the gateway takes text frames alone.', advice: 'Send structured CloudEvents as text.' },
  1007: { action: 'stop', name: 'Not UTF-8', meaning: 'This client sent a text frame that is not UTF-8.', advice: 'Reconnecting would only repeat it. Look at what the client sends.' },
  1008: { action: 'stop', name: 'Not a CloudEvent', meaning: 'This client sent a frame that is no CloudEvent.', advice: 'Send one structured CloudEvent per text frame.' },
  1009: { action: 'stop', name: 'Message too big', meaning: 'This client sent more in one message than the gateway takes.', advice: 'Stay within fanfare.socket.max-inbound-frame.' },
  1011: { action: 'backoff', name: 'Internal error', meaning: 'The gateway failed.', advice: 'Reconnect with growing pauses; the gateway’s log says more.' },
  1012: { action: 'reconnect after retryAfterMs', name: 'Gateway is draining', meaning: 'This replica is being replaced and said when to come back.', advice: 'Reconnect after the pause it named.' },
  1013: { action: 'backoff', name: 'Try again later', meaning: 'The gateway is full, or not ready to take sessions yet.', advice: 'Reconnect after the pause it named, then with growing ones.' },
  4401: { action: 'fresh token', name: 'Token not accepted', meaning: 'The token is missing, expired, revoked, or signed by a key that is no longer trusted.', advice: 'Get a fresh token and reconnect once.' },
  4403: { action: 'stop', name: 'Not allowed', meaning: 'The token is valid, but it is not enough: a scope is missing, or it has more addresses than a session may have.', advice: 'Sign in with other claims. The same token will be refused again.' },
  4408: { action: 'reconnect', name: 'No pong in time', meaning: 'The gateway asked for a sign of life and got none in time.', advice: 'Reconnect within two seconds.' },
  4409: { action: 'stop', name: 'Displaced', meaning: 'A newer session of the same user took this one’s place.', advice: 'Close another window of this user, then connect again.' },
  4410: { action: 'reconnect without it, refetch', name: 'Cursor unusable', meaning: 'The place in the log to resume from is unknown to the gateway.', advice: 'Reconnect without it and fetch what was missed elsewhere.' },
  4429: { action: 'backoff', name: 'Too much', meaning: 'This user has as many sessions as the gateway allows, or this client does too much.', advice: 'Close another window of this user; meanwhile reconnect with growing pauses.' },
  4508: { action: 'backoff', name: 'Reader too slow', meaning: 'This page took nothing for too long.', advice: 'Reconnect with growing pauses.' },
};

const lost = { action: 'backoff', name: 'Connection lost', meaning: 'The connection ended without a closing handshake.', advice: 'Reconnect with growing pauses.' };

const neverOpen = { ...lost, name: 'No connection', meaning: 'The gateway did not answer the upgrade, or refused it before the handshake. A browser is not told which.', advice: 'See that the gateway runs and allows this page’s origin; reconnect with growing pauses.' };

export function describe(code, opened) {
  return closeCodes[code] ?? (opened ? lost : neverOpen);
}

const BASE_MS = 500;
const CAP_MS = 30_000;
const RECONNECT_MS = 2_000;

// What to do after a close: `{ stop: true }` or `{ delayMs, freshToken }`.
//
// attempt: how many reconnects have failed since the last session that lasted, from 0.
// retryAfterMs: what the gateway named, in goaway (1012) or in the reason (1013), or null.
// renewable: whether a token can be had that has not been tried yet.
export function afterClose({ code, opened, attempt, retryAfterMs, renewable }, random = Math.random) {
  const backoff = () => random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 16));
  switch (describe(code, opened).action) {
    case 'stop':
      return { stop: true };
    case 'fresh token':
      return renewable ? { delayMs: 0, freshToken: true } : { stop: true };
    case 'reconnect':
    case 'reconnect without it, refetch':
      return { delayMs: random() * RECONNECT_MS };
    case 'reconnect after retryAfterMs':
      return { delayMs: retryAfterMs ?? backoff() };
    default:
      return { delayMs: (retryAfterMs ?? 0) + backoff() };
  }
}

export function retryAfterIn(reason) {
  const named = /(?:^|\W)retryAfterMs=(\d{1,7})\b/.exec(reason ?? '');
  return named ? Number(named[1]) : null;
}
