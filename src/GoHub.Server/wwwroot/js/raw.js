import { byId, element } from './element.js';

const examples = {
  'Echo': { message_id: 1, message_type: 'echo', data: { text: 'Hello, GoHub!' } },
  'Ping': { message_id: 2, message_type: 'ping', data: { ts: 0 } },
  'List rooms': { message_id: 'rooms-1', message_type: 'list_rooms' },
  'Join a room': { message_id: 3, message_type: 'join_room', data: { room_id: 'lobby' } },
  'Room message': { message_id: 4, message_type: 'room_message', data: { room_id: 'lobby', content: 'Hello from a raw frame' } },
  'Room members': { message_id: 5, message_type: 'room_members', data: { room_id: 'lobby' } },
  'Direct message': { message_id: 6, message_type: 'direct_message', data: { target_id: 'user-or-connection-id', content: 'Psst' } },
  'Leave a room': { message_id: 7, message_type: 'leave_room', data: { room_id: 'lobby' } },
  'Sign in': { message_id: 10, message_type: 'auth', data: { token: 'your.jwt.here' } },
  'Bad: unknown type': { message_id: 8, message_type: 'make_coffee', data: {} },
  'Bad: missing field': { message_id: 9, message_type: 'join_room', data: {} },
  'Bad: not JSON': '{"message_type": "echo", oops',
};

/** Write any frame by hand. What is wrong with it is said, and it may be sent all the same. */
export function rawPanel(hub, notify) {
  const box = byId('raw');
  const choice = byId('raw-example');
  choice.append(...Object.keys(examples).map(name => element('option', { value: name }, name)));
  choice.addEventListener('input', fill);
  box.addEventListener('input', judge);
  box.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send();
    }
  });
  byId('raw-form').addEventListener('submit', event => {
    event.preventDefault();
    send();
  });
  byId('raw-format').addEventListener('click', () => {
    const value = parsed(box.value);
    if (value !== undefined) box.value = JSON.stringify(value, null, 2);
    judge();
  });
  hub.addEventListener('state', judge);

  function fill() {
    const example = examples[choice.value];
    if (choice.value === 'Ping') example.data.ts = Date.now();
    box.value = typeof example === 'string' ? example : JSON.stringify(example, null, 2);
    judge();
  }

  function send() {
    if (!hub.sendText(box.value)) notify('Connect first: there is nobody to send this to.', 'problem');
  }

  function judge() {
    const [kind, words] = verdict(box.value);
    byId('raw-verdict').dataset.kind = kind;
    byId('raw-verdict').textContent = words;
    byId('raw-format').disabled = parsed(box.value) === undefined;
    byId('raw-send').disabled = hub.state !== 'connected';
  }

  fill();
}

function verdict(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (problem) {
    return ['odd', `Not JSON: ${problem.message}`];
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return ['odd', 'JSON, but not an object: expect error 1001'];
  if (typeof value.message_type !== 'string' || !value.message_type) return ['odd', 'No message_type: expect error 1001'];
  if (value.message_id !== undefined && !['number', 'string'].includes(typeof value.message_id)) return ['odd', 'message_id is a number or a string'];
  return ['good', value.message_id ? 'A valid frame' : 'A valid frame; without message_id no ack comes back'];
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
