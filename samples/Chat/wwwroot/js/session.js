import { kept } from './kept.js';

const store = kept('gohub-chat.');

/** The server does not take us for whom we say we are. */
export class Refused extends Error {}

/** Who this browser is, in all its tabs: `{ userId, ticket }`. Null before a name was chosen. */
export const me = store.get('me', null);

/** Takes a name. Throws Refused with a sentence, or what `fetch` throws. */
export async function signIn(name) {
  const { user_id: userId, ticket } = await open(location.origin, { name });
  store.set('me', { userId, ticket });
}

/** A token for the node at an address; the client asks again before it expires. */
export async function token(address) {
  return (await open(address, { ticket: me.ticket })).token;
}

export const signOut = () => store.remove('me');

/** A name taken or given up in one tab holds for all of them. */
export const onOtherTab = handler => store.onOther('me', handler);

async function open(address, body) {
  const response = await fetch(`${address}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status === 400) throw new Refused((await response.json().catch(() => ({}))).problem ?? 'This name cannot be used.');
  if (response.status === 401) throw new Refused('Choose a name again.');
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return response.json();
}
