import { byId } from './element.js';
import { parseMetrics } from './metrics.js';
import { sparkline } from './sparkline.js';

const every = 2000; // ms
const answerWithin = 5000; // ms

/** The node's own numbers in the header, from /health and /metrics. */
export function nodePanel() {
  const into = rateMeter('gohub_messages_received_total', byId('node-in'), byId('spark-in'));
  const out = rateMeter('gohub_messages_sent_total', byId('node-out'), byId('spark-out'));
  let timer = 0;

  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) look();
  });
  look();

  async function look() {
    clearTimeout(timer);
    if (document.hidden) return;
    await Promise.all([lookAtHealth(), lookAtMetrics()]);
    clearTimeout(timer);
    timer = setTimeout(look, every);
  }

  async function lookAtHealth() {
    try {
      const health = await (await get('health')).json();
      badge(String(health.status), health.version ? `v${health.version}` : '');
    } catch {
      badge('unreachable', '');
    }
  }

  async function lookAtMetrics() {
    try {
      const values = parseMetrics(await (await get('metrics')).text());
      const at = performance.now();
      count('node-connections', values.get('gohub_connected_clients') ?? 0, 'connection');
      count('node-rooms', values.get('gohub_active_rooms') ?? 0, 'room');
      into(values, at);
      out(values, at);
    } catch {
      // The badge says that the node does not answer; the last numbers stay.
    }
  }
}

const get = path => fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(answerWithin) });

function count(id, value, word) {
  byId(id).textContent = whole(value);
  byId(`${id}-word`).textContent = value === 1 ? word : `${word}s`;
}

function badge(status, version) {
  byId('node-status').textContent = status;
  byId('node-status').dataset.status = status;
  byId('node-version').textContent = version;
}

function rateMeter(name, label, picture) {
  const draw = sparkline(picture);
  let last = null;
  return (values, at) => {
    const count = values.get(name) ?? 0;
    if (last && at > last.at) {
      // A counter that falls is a node that started again.
      const rate = Math.max(0, count - last.count) * 1000 / (at - last.at);
      label.textContent = rate >= 10 || rate === 0 ? whole(rate) : rate.toFixed(1);
      draw(rate);
    }
    last = { count, at };
  };
}

const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const whole = value => numbers.format(value);
