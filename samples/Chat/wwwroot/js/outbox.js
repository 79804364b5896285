import { ErrorCode } from './gohub.js';

const later = 1000; // ms until what was too much at once is tried again

// Nobody knows whether the server has it: its key lets it be sent again without being said twice.
const unclear = new Set([ErrorCode.ConnectionLost, ErrorCode.Stopped, ErrorCode.Refused]);
const tooMuch = new Set([ErrorCode.Limit, ErrorCode.Timeout]);

/** Messages of one's own on their way to the server, one after the other; what is written offline waits here. */
export function outbox(link, threads, me) {
  const waiting = [];
  let busy = false;
  let timer;

  function say(thread, text) {
    const key = [...crypto.getRandomValues(new Uint8Array(12))].map(byte => byte.toString(36).padStart(2, '0')).join('');
    const message = threads.add(thread, { id: `${me.userId} ${key}`, key, by: me.userId, text, at: Date.now(), mine: true, fate: 'waiting' });
    waiting.push({ thread, message });
    flush();
  }

  async function flush() {
    clearTimeout(timer);
    if (busy) return;
    busy = true;
    while (waiting.length && link.isUp) {
      const { thread, message } = waiting[0];
      if (threads.find(thread.key) !== thread) {
        waiting.shift(); // the conversation was left meanwhile
        continue;
      }
      try {
        threads.add(thread, { id: message.id, fate: 'sending' });
        const { timestamp: at, bus } = await post(thread, { key: message.key, text: message.text });
        threads.add(thread, { id: message.id, at, fate: bus === 'Unavailable' || bus === 'Busy' ? 'local' : 'sent' });
      } catch (error) {
        const again = unclear.has(error.code) || tooMuch.has(error.code);
        threads.add(thread, { id: message.id, fate: again ? 'waiting' : 'failed', problem: error.message });
        if (again) {
          if (tooMuch.has(error.code)) timer = setTimeout(flush, later);
          break;
        }
      }
      waiting.shift();
    }
    busy = false;
  }

  const post = async ({ kind, target }, content) =>
    kind === 'room' ? (await link.join(target)).send(content) : link.request('direct_message', { target_id: target, content });

  link.onState(({ state }) => state === 'connected' && flush());

  return {
    say,
    again(thread, message) {
      waiting.push({ thread, message });
      threads.add(thread, { id: message.id, fate: 'waiting' });
      flush();
    },
  };
}
