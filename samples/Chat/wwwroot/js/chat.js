import { directs as directsOf } from './directs.js';
import { byId } from './element.js';
import { kept } from './kept.js';
import { link as linkTo } from './link.js';
import { outbox as outboxOf } from './outbox.js';
import { past as pastOf } from './past.js';
import { presence as presenceOf } from './presence.js';
import { rooms as roomsOf } from './rooms.js';
import { isNarrow, isTalkShown, route as routeOf } from './route.js';
import { Refused, signOut, token } from './session.js';
import { threads as threadsOf } from './threads.js';
import { typing as typingOf } from './typing.js';
import { banner } from './view/banner.js';
import { composer } from './view/composer.js';
import { keys } from './view/keys.js';
import { logView } from './view/log.js';
import { meView } from './view/me.js';
import { newRoom } from './view/new-room.js';
import { peopleView } from './view/people.js';
import { sidebar } from './view/sidebar.js';
import { talkView } from './view/talk.js';
import { titleView } from './view/title.js';

/** The chat of one person in one tab: what it knows, what draws it, and the connection that feeds it. */
export async function chat(me) {
  const { nodes, rooms: first } = await nodesHere();
  const home = Math.max(0, nodes.findIndex(node => node.url === location.origin));
  const store = kept(`gohub-chat.${me.userId}.`);
  const link = linkTo(nodes, home, tokenOrOut);

  const threads = threadsOf(me, store);
  const past = pastOf(nodes, me, threads);
  const presence = presenceOf(link, threads);
  const rooms = roomsOf(link, threads, store, first, past, presence);
  const directs = directsOf(link, threads, me, store, past);
  const typing = typingOf(link, threads, me);
  const outbox = outboxOf(link, threads, me);
  const route = routeOf(threads, (kind, target) => (kind === 'room' ? rooms.join(target) : target === me.userId ? null : directs.open(target)));

  const write = composer(threads, outbox, typing);
  function go(thread) {
    route.go(thread);
    // On a touch screen a focused field opens the keyboard over what one came to read.
    if (!isNarrow() || matchMedia('(pointer: fine)').matches) write.focus();
  }

  meView(me, link, nodes.length > 1);
  banner(link, nodes.length > 1);
  newRoom(rooms, go);
  keys({ threads, rooms, directs, route, go, write });
  const views = [
    sidebar(threads, rooms, directs, presence, go),
    talkView(threads, presence, rooms, directs, route),
    logView(threads, { address: userId => go(directs.open(userId)), again: outbox.again }),
    write,
    peopleView(threads, presence, me, userId => go(directs.open(userId))),
    titleView(threads),
  ];

  function draw() {
    const { current } = threads;
    if (current && isTalkShown()) threads.look(current);
    for (const view of views) view.draw();
  }

  threads.onChange(draw);
  addEventListener('pane', draw);
  document.addEventListener('visibilitychange', draw);
  byId('app').hidden = false;
  route.start();
  if (!isNarrow()) go(threads.current ?? rooms.mine()[0] ?? rooms.join(first[0]));
  link.start();
}

async function nodesHere() {
  try {
    const response = await fetch('/nodes', { signal: AbortSignal.timeout(5000) });
    return await response.json();
  } catch {
    return { nodes: [{ name: 'this node', url: location.origin }], rooms: ['general'] };
  }
}

async function tokenOrOut(address) {
  try {
    return await token(address);
  } catch (error) {
    if (error instanceof Refused) {
      signOut();
      location.reload();
    }
    throw error;
  }
}
