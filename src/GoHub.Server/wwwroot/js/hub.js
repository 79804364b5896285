import { ErrorCode, GoHub, GoHubError } from './gohub.js';
import { tapped } from './wire.js';

const reconnect = { max: 8000 }; // ms: somebody is looking at the countdown

/**
 * This tab's connection: a client of the hub, another one whenever the endpoint or the token is chosen anew, and a view of every frame.
 * States: offline, connecting, connected, waiting (for the next try), refused, closed.
 * Events: `state`; `frame` and `message` as they come; `opened` and `closed` of each socket.
 */
export class Hub extends EventTarget {
  state = 'offline';
  #client = null;
  #socket = null;
  #isOpen = false;
  #wasWelcomed = false;
  #polling = false;
  #polls = new Set();

  get clientId() {
    return this.#client?.clientId ?? null;
  }

  get userId() {
    return this.#client?.userId ?? null;
  }

  connect(url, token) {
    this.#leave();
    let client;
    try {
      client = new GoHub(url, { token: token || undefined, whileOffline: 'refuse', reconnect, WebSocket: this.#tap(() => client === this.#client) });
    } catch (problem) {
      this.#become('refused', { unusable: problem.message });
      return;
    }
    this.#client = client;
    this.#wasWelcomed = false;
    client.onState(change => {
      if (client === this.#client) this.#changed(change);
    });
    client.start();
  }

  disconnect() {
    if (this.#client) this.#client.stop();
    else this.#become('offline');
  }

  /** Ends the attempts of a client that was never let in. */
  giveUp() {
    this.#leave();
    this.#become('refused');
  }

  /** Sends an envelope and resolves with the data of the answer. `poll` marks what the page asks by itself. */
  async ask(type, data, { poll = false } = {}) {
    const client = this.#connected();
    this.#polling = poll;
    const answer = client.request(type, data); // has been sent when this returns
    this.#polling = false;
    return answer;
  }

  /** Enters a room; after a reconnect the client enters it again. */
  async join(id) {
    return this.#connected().join(id);
  }

  sendText(text) {
    if (this.state !== 'connected') return false;
    this.#socket.send(text);
    return true;
  }

  #connected() {
    if (this.state !== 'connected') throw new GoHubError(ErrorCode.Refused, 'Not connected.');
    return this.#client;
  }

  // What an old client still says is not heard.
  #leave() {
    const client = this.#client;
    this.#client = this.#socket = null;
    client?.stop();
  }

  #changed({ state, code, reason, delay }) {
    if (state === 'connected') this.#wasWelcomed = true;
    // A close that comes before the opening has nothing to say: a browser hides why.
    if (state === 'waiting') this.#become(state, { delay, reason, code: this.#isOpen ? code : undefined, isFirst: !this.#wasWelcomed });
    else if (state === 'stopped') this.#become(code && code !== 1000 ? 'closed' : 'offline', { code, reason });
    else this.#become(state);
  }

  #tap(isCurrent) {
    return tapped({
      opened: socket => {
        if (!isCurrent()) return;
        this.#socket = socket;
        this.#isOpen = true;
        this.#polls.clear();
        this.#tell('opened');
      },
      sent: (socket, text) => {
        if (this.#polling) this.#polls.add(JSON.parse(text).message_id);
        this.#tell('frame', { direction: 'out', text, poll: this.#polling });
      },
      received: (socket, data) => {
        if (socket === this.#socket) this.#receive(data);
      },
      closed: (socket, detail) => {
        if (!isCurrent()) return;
        this.#isOpen = detail.opened;
        this.#tell('closed', detail);
      },
    });
  }

  #receive(data) {
    if (typeof data !== 'string') {
      this.#tell('frame', { direction: 'in', bytes: data.byteLength });
      return;
    }
    const message = parse(data);
    this.#tell('frame', { direction: 'in', text: data, message, poll: this.#polls.delete(message?.request_id) });
    if (message) this.#tell('message', { message });
  }

  #become(state, detail = {}) {
    this.state = state;
    this.#tell('state', { state, ...detail });
  }

  #tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function parse(text) {
  try {
    const value = JSON.parse(text);
    return value && typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
