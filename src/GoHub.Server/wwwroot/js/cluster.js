import { byId, element, isolated } from './element.js';
import { nodeOf } from './identity.js';

const every = 2000; // ms, as often as nodes tell each other how they are
const answerWithin = 5000; // ms

const statuses = { joining: 'starting', draining: 'draining', leaving: 'leaving', suspect: 'not heard lately' };

/** The nodes of the cluster, from /cluster: who is there, how full, and which one this page is on. */
export function clusterPanel(hub) {
  const list = byId('nodes');
  const rows = new Map();
  let last = null;
  let timer = 0;

  document.addEventListener('visibilitychange', look);
  hub.addEventListener('state', draw);
  look();

  async function look() {
    clearTimeout(timer);
    if (document.hidden) return;
    try {
      const answer = await fetch('cluster', { cache: 'no-store', signal: AbortSignal.timeout(answerWithin) });
      last = answer.ok ? await answer.json() : null;
    } catch {
      last = null; // the header says that the node does not answer
    }
    draw();
    clearTimeout(timer);
    timer = setTimeout(look, every);
  }

  function draw() {
    byId('cluster').hidden = !last;
    if (!last) return;
    const alone = last.bus === 'none';
    const here = nodeOf(hub.clientId);
    byId('cluster').dataset.state = alone ? 'alone' : last.connected ? 'joined' : 'cut-off';
    byId('nodes-count').textContent = alone ? '' : last.nodes.length;
    byId('cluster-words').textContent = words(last, alone);
    show(alone ? [] : last.nodes, here);
  }

  // Rows are kept and updated, so that what a person points at or has marked stays.
  function show(nodes, here) {
    const ids = new Set(nodes.map(node => node.node_id));
    for (const [id, row] of rows) {
      if (ids.has(id)) continue;
      row.node.remove();
      rows.delete(id);
    }
    const sorted = [...nodes].sort((a, b) => (a.name === b.name ? compare(a.node_id, b.node_id) : compare(a.name, b.name)));
    sorted.forEach((node, index) => {
      if (!rows.has(node.node_id)) rows.set(node.node_id, nodeRow(node.node_id));
      const row = rows.get(node.node_id);
      row.update(node, node.node_id === here);
      if (list.children[index] !== row.node) list.insertBefore(row.node, list.children[index] ?? null);
    });
  }
}

function nodeRow(id) {
  const name = element('bdi', { dir: 'auto', class: 'peer-name', 'data-testid': 'cluster-node-name' });
  const here = element('span', { class: 'here', 'data-testid': 'cluster-node-here' }, 'you are here');
  const about = element('span', { class: 'peer-about', 'data-testid': 'cluster-node-about' });
  const node = element('li', { class: 'peer', 'data-testid': 'cluster-node', 'data-node': id },
    element('span', { class: 'peer-dot', 'aria-hidden': 'true' }),
    element('span', { class: 'peer-label' }, element('span', { class: 'peer-line' }, name, here), about));

  function update(view, isHere) {
    const called = view.name || view.node_id;
    if (name.textContent !== called) name.textContent = called;
    node.title = `${called}\nnode ${view.node_id}, version ${view.version}, since ${new Date(view.started_at).toLocaleString()}`;
    node.dataset.status = view.status;
    here.hidden = !isHere;
    const status = statuses[view.status];
    about.textContent = `${status ? `${status} · ` : ''}${many(view.connections, 'connection')}, ${many(view.rooms, 'room')}`;
  }
  return { node, update };
}

function words({ connected, nodes, connections, missing }, alone) {
  if (alone) return 'This node is on its own.';
  if (!connected) return 'The bus is down. This node reaches its own connections only; the rest is as last heard.';
  if (nodes.length === 1) return 'No other node is here yet.';
  const sum = `${many(connections, 'connection')} on ${many(nodes.length, 'node')}.`;
  return missing.length ? `${sum} Some numbers may be old.` : sum;
}

const many = (count, word) => `${count} ${word}${count === 1 ? '' : 's'}`;
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
