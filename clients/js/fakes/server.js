/** A server that does what the test says. `WebSocket` is given to the client; `sockets` are those it has opened. */
export class FakeServer {
  sockets = [];
  /** Thrown by the constructor of the next sockets, if set. */
  refusal = undefined;
  /** How many sockets were ever opened, also where `sockets` is emptied. */
  opened = 0;

  constructor() {
    const server = this;
    this.WebSocket = class extends FakeSocket {
      constructor(url, protocols) {
        if (server.refusal) throw server.refusal;
        super(url, protocols);
        server.opened++;
        server.sockets.push(this);
      }
    };
  }

  get last() {
    return this.sockets.at(-1);
  }
}

class FakeSocket {
  readyState = 0;
  onmessage = null;
  onclose = null;
  onerror = null;
  /** What the client sent, as it was sent. */
  frames = [];
  /** The code the client closed with. */
  closedWith = undefined;

  constructor(url, protocols) {
    this.url = url;
    this.protocols = protocols;
  }

  send(frame) {
    if (this.readyState !== 1) throw new Error(`send in state ${this.readyState}`);
    this.frames.push(frame);
  }

  close(code) {
    if (this.readyState >= 2) return;
    this.readyState = 2;
    this.closedWith = code;
    setImmediate(() => this.end(code, ''));
  }

  /** The envelopes the client sent. */
  get sent() {
    return this.frames.filter(frame => typeof frame === 'string').map(frame => JSON.parse(frame));
  }

  get lastSent() {
    return this.sent.at(-1);
  }

  /** Completes the upgrade, and welcomes. */
  accept(data = { client_id: 'c-1' }) {
    this.readyState = 1;
    this.say('welcome', data);
  }

  say(type, data, more = {}) {
    this.text(JSON.stringify({ message_id: 0, message_type: type, data, timestamp: Date.now(), ...more }));
  }

  /** Answers the request that was sent last, or the one given. */
  answer(type, data, { message_id: id } = this.lastSent) {
    this.say(type, data, { request_id: id });
  }

  refuse(code, message = 'No.', details = undefined, { message_id: id } = this.lastSent) {
    this.say('error', { code, message, request_id: id, details }, { request_id: id });
  }

  text(text) {
    this.onmessage?.({ data: text });
  }

  bytes(...bytes) {
    this.onmessage?.({ data: Uint8Array.from(bytes).buffer });
  }

  /** Ends the connection from the server's side; without a code, as one that breaks. */
  end(code = 1006, reason = '') {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  /** An attempt that fails, with what only some platforms tell. */
  fail(error) {
    this.onerror?.({ error });
    this.end();
  }
}
