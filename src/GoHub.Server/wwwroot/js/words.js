// Numbers of the protocol, in words a newcomer understands.

const closes = {
  1000: 'closed normally',
  1001: 'the server stopped',
  1002: 'the server saw a protocol error',
  1005: 'closed without a code',
  1006: 'the connection was lost',
  1007: 'a text frame was not valid UTF-8',
  1008: 'the server refused what this tab sent (policy)',
  1009: 'a message was too big',
  1011: 'the server had an internal error',
  1012: 'the server is restarting',
  1013: 'the server is busy, try later',
  4401: 'not signed in, or the token expired',
  4403: 'not allowed',
  4408: 'the server heard nothing for too long',
  4409: 'replaced by another connection',
  4429: 'too many messages',
  4508: 'this tab read too slowly',
};

const errors = {
  1001: 'The server does not understand that message',
  1002: 'The message id is not valid',
  1003: 'The server failed while handling it',
  1004: 'The server took too long',
  1005: 'Too much or too fast',
  1006: 'The other nodes cannot be reached now',
  2000: 'Not signed in',
  2001: 'Not permitted',
  2002: 'The token has expired',
  2003: 'The token is not valid',
  3000: 'There is no such room',
  3001: 'That room already exists',
  3002: 'The room is full',
  3003: 'You are not in that room',
  3004: 'You are already in that room',
  4000: 'Nobody is there under that id',
  4001: 'That client is offline',
  4002: 'The message is too large',
};

export function closeWords(code, reason) {
  const words = closes[code] ?? 'closed';
  return reason ? `${words} (${code}: ${reason})` : `${words} (${code})`;
}

export function errorWords({ code, message }) {
  if (code < 0) return message; // the client's own
  const words = errors[code] ?? 'The server answered with an error';
  return message ? `${words} (${code}: ${message})` : `${words} (${code})`;
}

/** What a `gap` says: messages between nodes were lost. */
export function gapWords(data) {
  const where = data?.room_id ? ` in ${data.room_id}` : '';
  const lost = Number(data?.lost);
  if (!(lost > 0)) return `Messages of other nodes${where} may be missing: the bus was away`;
  return `${lost} ${lost === 1 ? 'message' : 'messages'} of another node${where} got lost on the way here`;
}
