import { ErrorCode } from './gohub.js';
import { errorWords, gapWords } from './words.js';

/** What this tab does in rooms and direct messages: asks the hub, and keeps the threads as the hub answers. */
export function conversation(hub, threads, notify) {
  const wanted = new Set(); // rooms to be in, also with the next client
  const gone = [ErrorCode.ConnectionLost, ErrorCode.Stopped, ErrorCode.Refused];
  const entered = new Map(); // the client's rooms
  const listeners = {
    room_joined: ({ data }) => joined(data.room_id),
    room_left: ({ data }) => (data.status === 'left' ? left(data.room_id) : putOut(data.room_id, outWords(data))),
    room_deleted: ({ data }) => putOut(data.room_id, 'This room was deleted.'),
    gap: ({ data }) => missed(data),
    room_message: heardInRoom,
    direct_message: heardDirectly,
  };

  hub.addEventListener('message', ({ detail: { message } }) => {
    if (message.data && typeof message.data === 'object') listeners[message.message_type]?.(message);
  });
  hub.addEventListener('state', ({ detail }) => {
    if (detail.state === 'connected') for (const id of wanted) join(id, { open: !threads.current });
    else lost();
  });

  async function join(id, { open = true } = {}) {
    wanted.add(id);
    if (hub.state !== 'connected') return;
    if (!threads.room(id)?.joined) {
      try {
        enter(await hub.join(id));
      } catch (error) {
        refused(id, error);
        return;
      }
    }
    if (open) threads.open(threads.room(id));
  }

  // The client enters its rooms again by itself, and gives the same room for as long as it has it.
  function enter(room) {
    if (entered.get(room.id) !== room) {
      entered.set(room.id, room);
      room.on('lost', error => {
        entered.delete(room.id);
        refused(room.id, error);
      });
    }
    joined(room.id);
  }

  function refused(id, error) {
    if (gone.includes(error.code) || !wanted.delete(id)) return; // asked again once connected, or said already
    notify(`Could not join ${id}. ${errorWords(error)}`, 'problem');
  }

  async function leave(id) {
    wanted.delete(id);
    try {
      await (entered.get(id)?.leave() ?? hub.ask('leave_room', { room_id: id }));
      entered.delete(id);
    } catch (error) {
      if (error.code !== 3000 && error.code !== 3003) notify(`Could not leave ${id}. ${errorWords(error)}`, 'problem');
      left(id);
    }
  }

  async function create(id, name, limit) {
    const data = { room_id: id };
    if (name) data.name = name;
    if (limit > 0) data.max_clients = limit;
    await told(hub.ask('create_room', data), `Room ${id} is there.`, `Could not create ${id}.`);
  }

  const remove = id => told(hub.ask('delete_room', { room_id: id }), `Room ${id} is deleted.`, `Could not delete ${id}.`);

  async function told(answer, well, badly) {
    try {
      await answer;
      notify(well);
    } catch (error) {
      notify(`${badly} ${errorWords(error)}`, 'problem');
    }
  }

  /** The hub does not send a message back to its sender, so the thread gets it here. */
  async function say(thread, text) {
    const message = threads.add(thread, { by: 'you', text, at: Date.now(), mine: true, fate: 'sending' });
    try {
      const data = await (thread.kind === 'room'
        ? hub.ask('room_message', { room_id: thread.target, content: text })
        : hub.ask('direct_message', { target_id: thread.target, content: text }));
      message.fate = data?.level === 'local' ? 'local' : 'sent';
    } catch (error) {
      message.fate = 'failed';
      message.problem = errorWords(error);
    }
    threads.update(thread, message);
  }

  function joined(id) {
    wanted.add(id);
    const thread = threads.makeRoom(id);
    if (thread.joined) return;
    const back = thread.messages.length > 0;
    thread.joined = true;
    const remark = back ? 'Back in the room.' : 'You joined. Open this page in a second tab to have somebody to talk to.';
    threads.add(thread, { remark, at: Date.now() });
  }

  function left(id) {
    wanted.delete(id);
    const thread = threads.room(id);
    if (thread) threads.close(thread);
  }

  function putOut(id, remark) {
    wanted.delete(id);
    const thread = threads.room(id);
    if (!thread) return;
    thread.joined = false;
    thread.members = [];
    threads.add(thread, { remark, at: Date.now() });
  }

  // A notice without a room is about messages to everybody, which have no conversation here.
  function missed(data) {
    const thread = data.room_id && threads.room(data.room_id);
    if (thread?.joined) threads.add(thread, { remark: `${gapWords({ lost: data.lost })}.`, at: Date.now() });
  }

  function lost() {
    for (const thread of threads) {
      if (!thread.joined) continue;
      thread.joined = false;
      thread.members = [];
      threads.add(thread, { remark: 'The connection ended here.', at: Date.now() });
    }
  }

  function heardInRoom({ data, client_id: from }) {
    joined(data.room_id); // the server may have put this connection in a room by itself
    threads.add(threads.room(data.room_id), heard(data, from));
  }

  function heardDirectly({ data, client_id: from }) {
    const thread = threads.makeDirect(data.sender_id ?? from ?? 'server', from);
    threads.add(thread, heard(data, from));
    if (!threads.current) threads.open(thread);
  }

  function heard(data, from) {
    const text = typeof data.content === 'string' ? data.content : JSON.stringify(data.content) ?? '';
    return { by: String(data.sender_id ?? from ?? 'server'), from, text, at: Number(data.timestamp) || Date.now() };
  }

  return { join, leave, create, remove, say };
}

function outWords({ status, reason }) {
  if (status === 'evicted') return 'The room is full, and others have the seats: this tab was taken out.';
  return `This tab was taken out of the room${reason ? `: ${reason}` : '.'}`;
}
