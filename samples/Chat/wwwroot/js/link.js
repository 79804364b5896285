import { GoHub } from './gohub.js';

const shortestRound = 500; // ms, between one try of all nodes and the next
const longestRound = 15_000;

/**
 * The connection to the chat, on whichever node will have us. A GoHub client comes back to its own node by itself;
 * when that fails at the first try, this makes another client for the next node.
 *
 * States: `{ state, node, at?, moved?, error?, reason? }`; `at` is when the next try is due, in Unix milliseconds.
 */
export function link(nodes, home, token) {
  const topics = new Map();
  const watchers = new Set();
  let hub;
  let index = home;
  let servedBy = null; // the node of the last connection
  let failures = 0; // since then
  let timer;
  let now = { state: 'connecting', node: nodes[home] };

  function become(next) {
    now = { node: nodes[index], ...next };
    for (const watcher of watchers) watcher(now);
  }

  function begin(at) {
    clearTimeout(timer);
    const old = hub;
    index = at;
    const node = nodes[index];
    const own = new GoHub(`${node.url}/ws`, { token: () => token(node.url), whileOffline: 'refuse', heartbeat: 15_000 });
    hub = own;
    old?.stop();
    for (const type of topics.keys()) own.on(type, data => own === hub && tell(type, data));
    own.onState(change => own === hub && heard(change));
  }

  function heard({ state, delay = 0, reason, error }) {
    if (state === 'connected') {
      const moved = servedBy !== null && servedBy !== index;
      [servedBy, failures] = [index, 0];
      become({ state, moved });
    } else if (state === 'waiting') {
      const wasConnected = now.state === 'connected';
      if (!wasConnected) failures++;
      if (wasConnected || nodes.length === 1) become({ state, at: Date.now() + delay, reason, error });
      else tryNext(reason, error);
    } else {
      become({ state, reason, error });
    }
  }

  /** At once until each node had its turn, then with pauses that grow. */
  function tryNext(reason, error) {
    const next = (index + 1) % nodes.length;
    const round = Math.floor(failures / nodes.length);
    const pause = round === 0 ? 0 : Math.random() * Math.min(longestRound, shortestRound * 2 ** round);
    become({ state: 'waiting', at: Date.now() + pause, reason, error });
    clearTimeout(timer);
    timer = setTimeout(begin, pause, next);
  }

  function tell(type, data) {
    for (const handler of topics.get(type)) handler(data);
  }

  return {
    get now() {
      return now;
    },
    get isUp() {
      return now.state === 'connected';
    },
    start: () => begin(home),
    /** Tries at once instead of waiting. */
    hurry() {
      if (!this.isUp) begin(nodes.length > 1 && failures > 0 ? (index + 1) % nodes.length : index);
    },
    /** Hears messages of a type, on every connection; to be called before `start`. */
    on(type, handler) {
      if (!topics.has(type)) topics.set(type, new Set());
      topics.get(type).add(handler);
    },
    onState(watcher) {
      watchers.add(watcher);
    },
    request: (type, data, options) => hub.request(type, data, options),
    /** For what is of no use later: dropped while there is no connection. */
    hint(type, data) {
      if (this.isUp) hub.send(type, data);
    },
    join: id => hub.join(id),
  };
}
