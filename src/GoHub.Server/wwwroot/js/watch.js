const every = 3000; // ms

/** Keeps the room list and the open room's members fresh: the hub tells nobody when others come and go. */
export function watchRooms(hub, threads, panel) {
  let timer = 0;
  let mayList = true;

  hub.addEventListener('state', ({ detail }) => {
    mayList = true;
    if (detail.state === 'connected') soon();
    else clearTimeout(timer);
  });
  hub.addEventListener('message', ({ detail: { message } }) => {
    if (/^room_(created|deleted|joined|left)$/.test(message.message_type)) soon();
    if (message.message_type === 'room_message' && isStranger(message)) soon();
  });
  threads.addEventListener('opened', soon);
  document.addEventListener('visibilitychange', soon);

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(look, 60);
  }

  async function look() {
    if (hub.state !== 'connected' || document.hidden) return;
    await Promise.all([askRooms(), askMembers(threads.current)]);
    clearTimeout(timer);
    timer = setTimeout(look, every);
  }

  async function askRooms() {
    if (!mayList) return;
    try {
      await hub.ask('list_rooms', {}, { poll: true });
    } catch (error) {
      if (error.code !== 2001) return;
      mayList = false;
      panel.say('This connection may not list rooms.');
    }
  }

  async function askMembers(thread) {
    if (!mayList || thread?.kind !== 'room' || !thread.joined) return;
    try {
      const data = await hub.ask('room_members', { room_id: thread.target }, { poll: true });
      if (!thread.joined || !Array.isArray(data?.members)) return;
      thread.members = data.members;
      threads.changed();
    } catch {
      // The room may have gone in between; its own messages say so.
    }
  }

  function isStranger({ data, client_id: from }) {
    const members = threads.room(data?.room_id)?.members;
    return members && from && !members.some(member => member.client_id === from);
  }
}
