import { mayReconnect } from './words.js';

const slowestRetry = 8000; // ms
const answerWithin = 10000; // ms

/**
 * One connection to the hub, made again when it is lost.
 * States: offline, connecting, connected, waiting (for the next try), refused, closed.
 */
export class HubSocket extends EventTarget {
  state = 'offline';
  clientId = null;
  userId = null;
  #socket = null;
  #target = null;
  #retry = 0;
  #timer = 0;
  #hint = null;
  #leaving = false;
  #lastId = 0;
  #questions = new Map();

  connect(url, token) {
    this.#target = { url, token };
    this.#retry = 0;
    this.#open();
  }

  disconnect() {
    clearTimeout(this.#timer);
    this.#leaving = true;
    if (this.#socket) this.#socket.close(1000, 'bye');
    else this.#become('offline');
  }

  /** Sends an envelope and resolves with the answer to it. `poll` marks what the page asks by itself. */
  ask(type, data, { poll = false } = {}) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle(id)?.reject({ code: 1004, message: 'no answer' }), answerWithin);
      this.#questions.set(id, { resolve, reject, timer, poll });
      if (!this.sendText(JSON.stringify({ message_id: id, message_type: type, data }), poll)) {
        this.#settle(id)?.reject({ code: 4001, message: 'not connected' });
      }
    });
  }

  sendText(text, poll = false) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(text);
    this.#tell('frame', { direction: 'out', text, poll });
    return true;
  }

  #open() {
    clearTimeout(this.#timer);
    this.#drop();
    const { url, token } = this.#target;
    let socket;
    try {
      socket = new WebSocket(url, token ? ['gohub.v1', `gohub.token.${token}`] : ['gohub.v1']);
    } catch (problem) {
      return this.#become('refused', { unusable: problem.message });
    }
    this.#socket = socket;
    this.#hint = null;
    this.#leaving = false;
    socket.binaryType = 'arraybuffer';
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.#become('connected');
    };
    socket.onmessage = event => this.#receive(event.data);
    socket.onclose = event => this.#closed(event, opened);
    this.#become('connecting');
  }

  // A new attempt replaces the old socket: what that one still says must not be heard.
  #drop() {
    const socket = this.#socket;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.#forget();
  }

  #receive(data) {
    if (typeof data !== 'string') {
      this.#tell('frame', { direction: 'in', bytes: data.byteLength });
      return;
    }
    const message = parse(data);
    const question = message ? this.#settle(message.request_id) : null;
    this.#tell('frame', { direction: 'in', text: data, message, poll: question?.poll ?? false });
    if (!message) return;
    if (message.message_type === 'welcome') {
      this.#retry = 0;
      this.clientId = message.data?.client_id ?? null;
      this.userId = message.data?.user_id ?? null;
    } else if (message.message_type === 'reconnect') {
      this.#hint = Number(message.data?.reconnect_in) || 0;
    }
    if (message.message_type === 'error') question?.reject(message.data ?? {});
    else question?.resolve(message);
    this.#tell('message', { message, asked: Boolean(question) });
  }

  #closed(event, opened) {
    const { code, reason } = event;
    this.#forget();
    this.#tell('closed', { code, reason, opened });
    if (this.#leaving || code === 1000) this.#become('offline');
    else if (!opened) this.#become('refused', {});
    else if (!mayReconnect(code)) this.#become('closed', { code, reason });
    else this.retry({ code, reason });
  }

  /** Tries again after a while that grows and is jittered, so that a restart does not bring everyone at once. */
  retry(why = {}) {
    const ceiling = Math.min(slowestRetry, 500 * 2 ** this.#retry++);
    const delay = (this.#hint ?? 250) + Math.random() * ceiling;
    this.#hint = null;
    this.#timer = setTimeout(() => this.#open(), delay);
    this.#become('waiting', { ...why, delay });
  }

  #forget() {
    this.#socket = null;
    this.clientId = this.userId = null;
    for (const id of [...this.#questions.keys()]) this.#settle(id).reject({ code: 4001, message: 'connection lost' });
  }

  #settle(id) {
    const question = this.#questions.get(id);
    if (!question) return null;
    this.#questions.delete(id);
    clearTimeout(question.timer);
    return question;
  }

  #become(state, detail = {}) {
    this.state = state;
    this.#tell('state', { state, ...detail });
  }

  #tell(name, detail) {
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
