// An HTTP relay between the browser and the development run, so that a test can hold, cut or
// answer an upgrade: it tells the page to open its WebSockets here, and passes them on to where
// they would have gone. Everything else passes through as it is.

import { createHash } from 'node:crypto';
import http from 'node:http';
import net from 'node:net';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export class Relay {
  #target;
  #socketUrl = null;
  #server = http.createServer((request, response) => this.#pass(request, response));
  #sockets = new Set();
  #held = [];

  // The targets of all upgrades.
  requested = [];

  // Set to one of: pass, hold (until release), drop, or a function that gets a ScriptedSocket.
  upgrades = 'pass';

  constructor(target) {
    this.#target = new URL(target);
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  async listen() {
    await new Promise((resolve) => this.#server.listen(0, 'localhost', resolve));
    return `http://localhost:${this.#server.address().port}`;
  }

  release() {
    this.upgrades = 'pass';
    this.#held.splice(0).forEach((go) => go());
  }

  // Ends every WebSocket without a closing handshake.
  cut() {
    this.#sockets.forEach((socket) => socket.destroy());
  }

  close() {
    this.cut();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #pass(request, response) {
    if (request.url === '/dev/config') {
      this.#config(response).catch(() => response.destroy());
      return;
    }
    const onward = http.request({
      host: this.#target.hostname, port: this.#target.port, method: request.method, path: request.url, headers: request.headers,
    }, (answer) => {
      response.writeHead(answer.statusCode, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  }

  async #config(response) {
    const config = await (await fetch(new URL('/dev/config', this.#target))).json();
    this.#socketUrl = new URL(config.socketUrl);
    const here = new URL(this.#socketUrl);
    here.port = this.#server.address().port;
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ ...config, socketUrl: here.href }));
  }

  #upgrade(request, socket, head) {
    this.requested.push(new URL(request.url, this.#target));
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    if (this.upgrades === 'pass') {
      this.#tunnel(request, socket, head);
    }
    else if (this.upgrades === 'hold') {
      this.#held.push(() => this.#tunnel(request, socket, head));
    }
    else if (this.upgrades === 'drop') {
      socket.destroy();
    }
    else {
      this.upgrades(new ScriptedSocket(request, socket));
    }
  }

  #tunnel(request, socket, head) {
    const onward = net.connect(this.#socketUrl.port, this.#socketUrl.hostname, () => {
      const lines = [`${request.method} ${request.url} HTTP/1.1`];
      for (let i = 0; i < request.rawHeaders.length; i += 2) {
        lines.push(`${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}`);
      }
      onward.write(`${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket);
      socket.pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    onward.on('close', () => socket.end());
    socket.on('close', () => onward.destroy());
  }
}

// The gateway's end of a WebSocket (RFC 6455), for what a real gateway does only in trouble.
export class ScriptedSocket {
  #socket;
  #events = 0;

  constructor(request, socket) {
    this.#socket = socket;
    const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + GUID).digest('base64');
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
      + `Sec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: cloudevents.json\r\n\r\n`);
    // The client's frames: only that it answers the close frame matters, and that it does by itself.
    socket.on('data', (data) => {
      if ((data[0] & 0x0f) === 8) {
        socket.end();
      }
    });
  }

  event(type, data) {
    this.#frame(1, Buffer.from(JSON.stringify({
      specversion: '1.0', id: `scripted-${this.#events++}`, source: '/fanfare/scripted', type: `io.fanfare.${type}`, data,
    })));
    return this;
  }

  ready(user, resumed = false) {
    return this.event('ready', {
      session: 'scripted', user, resumed, heartbeatMs: 25_000, expiresAt: new Date(Date.now() + 3_600_000).toISOString(), build: 'scripted',
    });
  }

  notification(id, data) {
    this.#frame(1, Buffer.from(JSON.stringify({
      specversion: '1.0', id, source: '/kafka/notifications', type: 'com.example.notification', time: new Date().toISOString(), data, cursor: 'scripted',
    })));
    return this;
  }

  close(code, reason = '') {
    const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
    payload.writeUInt16BE(code);
    payload.write(reason, 2);
    this.#frame(8, payload);
  }

  #frame(opcode, payload) {
    const head = payload.length < 126 ? Buffer.from([0x80 | opcode, payload.length])
      : Buffer.from([0x80 | opcode, 126, payload.length >> 8, payload.length & 0xff]);
    this.#socket.write(Buffer.concat([head, payload]));
  }
}
