export { GoHub } from './client.js';
export { ErrorCode, GoHubError } from './error.js';
export type { GoHubOptions } from './options.js';
export type { RequestOptions } from './requests.js';
export type { Member, Members, Room } from './room.js';
export type { SocketConstructor, SocketLike } from './socket.js';
export type { Message, State, StateChange, Unsubscribe } from './types.js';
