import { alarm } from './clock.js';
import { connection } from './connection.js';
import { ErrorCode, GoHubError } from './error.js';
import { checkedOptions, checkedUrl, type GoHubOptions } from './options.js';
import { outbox } from './outbox.js';
import { envelope, type RequestOptions, requests } from './requests.js';
import type { Room } from './room.js';
import { rooms } from './rooms.js';
import { topics } from './topics.js';
import type { Message, State, StateChange, Unsubscribe } from './types.js';

// No message type of a server can be one of these.
const change = Symbol();
const bytes = Symbol();

/**
 * A client of one GoHub server. It connects by itself, and again whenever the connection is lost.
 *
 * Handlers run one after the other as messages come; one that throws is reported and hurts no other.
 */
export class GoHub {
  /** The address it connects to. */
  readonly url: string;
  private readonly _link;
  private readonly _outbox;
  private readonly _requests;
  private readonly _rooms;
  private readonly _topics = topics();

  /**
   * @param url `ws:`, `wss:`, `http:` or `https:`; in a page it may be relative, such as `/ws`.
   * @throws TypeError or RangeError if the url or an option cannot be meant; it says what to write.
   */
  constructor(url: string | URL, options: GoHubOptions = {}) {
    const settings = checkedOptions(options);
    const { tell } = this._topics;
    const timer = alarm();
    this.url = checkedUrl(url);
    this._link = connection(this.url, settings, timer, {
      ready: () => {
        this._rooms.rejoin();
        this._outbox.flush();
      },
      dropped: () => this._requests.fail(new GoHubError(ErrorCode.ConnectionLost, 'The connection was lost; whether the server has handled this is unknown.'), false),
      ended: error => {
        this._requests.fail(error, true);
        this._outbox.clear();
        this._rooms.end(error);
      },
      changed: about => tell(change, about),
      message: message => {
        const isAnswer = this._requests.answer(message);
        if (!isAnswer) tell(message.message_type, message.data, message);
        this._rooms.heard(message, isAnswer);
      },
      binary: data => tell(bytes, data),
      auth: token => this.request('auth', { token }),
    });
    this._outbox = outbox(settings, this._link);
    this._requests = requests(settings, timer, this._outbox);
    this._rooms = rooms(settings, timer, this._link, this._requests.request);
    // Who made the client can subscribe first.
    if (settings.autoStart) queueMicrotask(() => this.state === 'idle' && this.start());
  }

  get state(): State {
    return this._link.state;
  }

  /** The id of the connection, from `welcome`; undefined while not connected. */
  get clientId(): string | undefined {
    return this._link.clientId;
  }

  /** The user the server takes this client for; undefined while not connected, and for an anonymous one. */
  get userId(): string | undefined {
    return this._link.userId;
  }

  /** Starts, also after a stop. Resolves when connected; rejects only when the client is stopped, by `stop()` or for good. */
  start(): Promise<void> {
    return this._link.start();
  }

  /**
   * Ends everything: the connection (with 1000), requests, what waits to be sent, rooms, timers. Handlers stay.
   * Resolves when the connection has closed, which the platform gives some seconds where nobody answers.
   */
  stop(): Promise<void> {
    return this._link.stop();
  }

  /**
   * Sends a message and resolves with the `data` of the answer. It is never sent twice.
   * @throws GoHubError: the server's, or `ConnectionLost`, `Timeout`, `Stopped`, `Refused`.
   */
  request<T = any>(type: string, data?: unknown, options?: RequestOptions): Promise<T> {
    return this._requests.request(type, data, options);
  }

  /**
   * Sends a message without asking for an answer.
   * @throws GoHubError at once, if it is refused: `Stopped`, `Refused`.
   */
  send(type: string, data?: unknown): void {
    this._outbox.put(envelope(type, data));
  }

  /**
   * Sends bytes to the server's binary handler. What begins with `{` is taken for an envelope there.
   * @throws GoHubError at once, if it is refused: `Stopped`, `Refused`.
   */
  sendBinary(data: Uint8Array): void {
    this._outbox.put(data);
  }

  /** Hears the messages of a type that answer no request of this client. */
  on<T = any>(type: string, handler: (data: T, message: Message<T>) => void): Unsubscribe {
    return this._topics.on(type, handler);
  }

  onBinary(handler: (data: Uint8Array) => void): Unsubscribe {
    return this._topics.on(bytes, handler);
  }

  onState(handler: (about: StateChange) => void): Unsubscribe {
    return this._topics.on(change, handler);
  }

  /**
   * Enters a room; the same object for the same id while this client is in it. It is entered again after each reconnect.
   * @throws GoHubError as `request` does, such as `RoomNotFound`, `RoomFull`, `Forbidden`.
   */
  join(id: string): Promise<Room> {
    return this._rooms.join(id);
  }
}
