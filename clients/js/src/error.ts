/**
 * Codes of {@link GoHubError}. Negative ones are the client's own, the others the server's; apps number theirs from 5000.
 * - `ConnectionLost`: the connection was lost while the answer was due; whether the server has handled the message is unknown.
 * - `Timeout`: no answer came in time.
 * - `Stopped`: the client is or was stopped.
 * - `Refused`: not kept while not connected; `details` is `offline` (by choice) or `full`.
 */
export const ErrorCode = {
  ConnectionLost: -1,
  Timeout: -2,
  Stopped: -3,
  Refused: -4,
  Unknown: 1000,
  InvalidFormat: 1001,
  InvalidMessageId: 1002,
  ServerError: 1003,
  HandlerTimeout: 1004,
  RateLimited: 1005,
  Unavailable: 1006,
  Unauthorized: 2000,
  Forbidden: 2001,
  TokenExpired: 2002,
  InvalidToken: 2003,
  RoomNotFound: 3000,
  RoomAlreadyExists: 3001,
  RoomFull: 3002,
  NotInRoom: 3003,
  AlreadyInRoom: 3004,
  ClientNotFound: 4000,
  ClientOffline: 4001,
  MessageTooLarge: 4002,
} as const;

/** An error answer of the server, or a failure of the client itself. Programs look at `code`; sentences may change. */
export class GoHubError extends Error {
  constructor(
    /** One of {@link ErrorCode}, or the app's own. */
    readonly code: number,
    message: string,
    /** What the server added, if anything. */
    readonly details?: string,
  ) {
    super(message);
    this.name = 'GoHubError';
  }
}

/** The code of whatever was thrown; undefined if it has none. */
export const codeOf = (error: unknown) => (error as GoHubError | undefined)?.code;
