import { byId, element, isolated } from './element.js';
import { shortName } from './identity.js';
import { messageRow } from './message-row.js';
import { showView } from './views.js';

/** The middle of the page: conversation tabs, the open conversation, and the line to write in. */
export function chatPanel(hub, threads, rooms) {
  const list = byId('messages');
  const box = byId('say');
  const rows = new Map();
  let atEnd = true;

  threads.addEventListener('opened', ({ detail }) => open(detail.thread));
  threads.addEventListener('added', ({ detail }) => add(detail));
  threads.addEventListener('updated', ({ detail }) => rows.get(detail.message)?.update());
  threads.addEventListener('changed', () => draw());
  hub.addEventListener('state', () => draw());

  byId('start-form').addEventListener('submit', event => {
    event.preventDefault();
    if (hub.state !== 'connected' && hub.state !== 'connecting') byId('connect-form').requestSubmit();
    rooms.join(byId('start-room').value.trim());
  });
  byId('start-room').addEventListener('input', event => aim(byId('start-second-tab'), event.target.value.trim()));
  byId('talk-leave').addEventListener('click', () => {
    const thread = threads.current;
    if (thread.kind === 'room' && thread.joined) rooms.leave(thread.target);
    else threads.close(thread);
  });
  byId('say-form').addEventListener('submit', event => {
    event.preventDefault();
    send();
  });
  box.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  box.addEventListener('input', () => {
    if (threads.current) threads.current.draft = box.value;
  });

  function send() {
    const thread = threads.current;
    if (!thread || !canSay(thread) || !box.value.trim()) return;
    const text = box.value;
    box.value = thread.draft = '';
    rooms.say(thread, text);
  }

  const canSay = thread => hub.state === 'connected' && (thread.kind === 'direct' || thread.joined);

  function open(thread) {
    draw(); // what is hidden takes no focus and does not scroll
    rows.clear();
    list.replaceChildren();
    if (!thread) return;
    thread.messages.forEach(append);
    list.scrollTop = list.scrollHeight;
    box.value = thread.draft;
    showView('chat');
    box.focus({ preventScroll: true });
  }

  function add({ thread, message, dropped }) {
    if (thread !== threads.current) return;
    const following = message.mine || atEnd;
    append(message);
    rows.get(dropped)?.node.remove();
    rows.delete(dropped);
    if (following) list.scrollTop = list.scrollHeight;
  }

  function append(message) {
    const row = messageRow(message, () => address(message));
    rows.set(message, row);
    list.append(row.node);
  }

  function address(message) {
    threads.open(threads.makeDirect(message.by, message.from));
  }

  function draw() {
    const thread = threads.current;
    byId('start').hidden = Boolean(thread);
    byId('talk').hidden = !thread;
    drawTabs();
    if (thread) drawHead(thread);
  }

  function drawTabs() {
    const strip = byId('threads');
    const held = strip.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    strip.hidden = threads.size === 0;
    strip.replaceChildren(...[...threads].map(tab));
    if (held) [...strip.children].find(node => node.dataset.key === held)?.focus();

    const unread = [...threads].reduce((sum, thread) => sum + thread.unread, 0);
    byId('unread').hidden = unread === 0;
    byId('unread').textContent = unread;
    document.title = unread ? `(${unread}) GoHub playground` : 'GoHub playground';
  }

  function tab(thread) {
    const unread = thread.unread ? element('span', { class: 'count', 'aria-label': `${thread.unread} unread` }, `${thread.unread}`) : null;
    return element('button', {
      type: 'button',
      class: 'thread',
      title: thread.target,
      'data-testid': 'thread',
      'data-key': thread.key,
      'aria-pressed': String(thread === threads.current),
      on: { click: () => threads.open(thread) },
    }, isolated(name(thread)), unread);
  }

  function drawHead(thread) {
    const inRoom = thread.kind === 'room';
    const alone = inRoom && thread.joined && thread.members.length < 2;
    byId('talk-title').replaceChildren(isolated(name(thread)));
    byId('talk-title').title = thread.target;
    byId('talk-about').textContent = about(thread, alone);
    byId('second-tab').hidden = !inRoom || !thread.joined;
    byId('second-tab').classList.toggle('primary', alone);
    aim(byId('second-tab'), thread.target);
    byId('talk-leave').textContent = inRoom && thread.joined ? 'Leave' : 'Close';
    box.placeholder = canSay(thread) ? `Message ${name(thread)}` : hub.state === 'connected' ? 'You are not in this room' : 'Not connected';
    byId('say-send').disabled = !canSay(thread);
  }

  function about(thread, alone) {
    if (thread.kind === 'direct') return 'direct message';
    if (!thread.joined) return 'not joined';
    return alone ? 'only you so far' : `${thread.members.length} members`;
  }

  // The end of the conversation stays in sight when the box around it changes, as when a phone's keyboard comes.
  list.addEventListener('scroll', () => { atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80; });
  new ResizeObserver(() => {
    if (atEnd) list.scrollTop = list.scrollHeight;
  }).observe(list);
  draw();
}

const name = thread => thread.kind === 'room' ? `#${thread.target}` : `@${shortName(thread.target)}`;

// A second tab opened with this hash joins the same room by itself.
function aim(link, room) {
  link.href = `#room=${encodeURIComponent(room || 'lobby')}`;
}
