/** What is used of a WebSocket: the browser's, Node's and that of the npm package `ws` all have it. */
export interface SocketLike {
  readonly readyState: number;
  binaryType: string;
  onmessage: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  send(data: any): void;
  close(code?: number, reason?: string): void;
}

export type SocketConstructor = new (url: string, protocols: string[]) => SocketLike;

const connecting = 0; // WebSocket.CONNECTING
export const open = 1; // WebSocket.OPEN

interface Events {
  message(data: string | ArrayBuffer, from: SocketLike): void;
  closed(code: number, reason: string, error: unknown, from: SocketLike): void;
}

/** Opens a socket that offers the protocol and brings the token, where it stays out of the URL and of logs. */
export function openSocket(Socket: SocketConstructor, url: string, token: string | undefined, events: Events): SocketLike {
  const socket = new Socket(url, token ? ['gohub.v1', `gohub.token.${token}`] : ['gohub.v1']);
  let error: unknown;
  socket.binaryType = 'arraybuffer';
  socket.onmessage = event => events.message(event.data, socket);
  socket.onclose = event => events.closed(event.code, event.reason, error, socket);
  // Browsers say nothing here; `ws` says why, and throws when nobody listens.
  socket.onerror = event => {
    error = event.error;
    // Node 22 leaves it at that where an attempt fails: no close comes.
    if (socket.readyState === connecting) events.closed(1006, '', error, socket);
  };
  return socket;
}
