import { byId, element, isolated } from '../element.js';
import { counted, nameOf, typingWords } from '../words.js';
import { avatar, tile } from './avatar.js';

/** What stands around the messages: whose conversation it is, and who is typing. */
export function talkView(threads, presence, rooms, directs, route) {
  const typists = byId('typing');
  const leave = byId('leave');
  let shown = null;

  leave.addEventListener('click', () => {
    const thread = threads.current;
    route.toList();
    if (thread.kind === 'room') rooms.leave(thread.target);
    else directs.close(thread);
  });
  byId('back').addEventListener('click', () => route.toList());
  byId('show-people').addEventListener('click', () => route.go(threads.current, route.pane === 'people' ? 'talk' : 'people'));

  function about(thread) {
    if (presence.isStale) return 'Connecting …';
    if (thread.problem) return thread.problem;
    if (thread.kind === 'with') return presence.isHere(thread.target) ? 'Here now' : 'Not here now';
    const here = presence.people(thread).length;
    return here ? `${counted(here, 'person', 'people')} here` : 'Entering …';
  }

  function draw() {
    const thread = threads.current;
    byId('talk-head').hidden = !thread;
    byId('nothing').hidden = Boolean(thread);
    if (!thread) return;
    if (thread !== shown) {
      shown = thread;
      byId('talk-picture').replaceChildren(thread.kind === 'room' ? tile(thread.target) : avatar(thread.target));
      byId('talk-title').replaceChildren(isolated(thread.kind === 'room' ? thread.target : nameOf(thread.target)));
      byId('leave-word').textContent = thread.kind === 'room' ? 'Leave' : 'Close';
      leave.title = thread.kind === 'room' ? 'Leave the room' : 'Close the conversation';
    }
    byId('talk-about').textContent = about(thread);
    byId('talk-about').dataset.problem = String(Boolean(thread.problem));
    byId('people-count').textContent = thread.kind === 'room' ? presence.people(thread).length : '';
    drawTyping([...thread.typists.keys()].map(nameOf));
  }

  function drawTyping(names) {
    const words = names.length ? typingWords(names) : '';
    typists.dataset.shown = String(names.length > 0);
    if (typists.lastElementChild.textContent !== words) typists.lastElementChild.replaceWith(element('bdi', { 'data-testid': 'typing-words' }, words));
  }

  return { draw };
}
