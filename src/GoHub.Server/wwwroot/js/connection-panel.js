import { byId } from './element.js';
import { shortName } from './identity.js';
import { tokenClaims, tokenProblem } from './token.js';
import { closeWords } from './words.js';

const titles = {
  offline: 'Not connected',
  connecting: 'Connecting…',
  connected: 'Connected',
  waiting: 'Reconnecting…',
  refused: 'Refused',
  closed: 'Closed by the server',
};

/** The connection card: state in words, ids, token, endpoint, connect and disconnect. */
export function connectionPanel(hub, notify) {
  const token = byId('token');
  const endpoint = byId('endpoint');
  let countdown = 0;
  let choice = 0;

  const here = new URL('ws', document.baseURI);
  here.protocol = here.protocol === 'https:' ? 'wss:' : 'ws:';
  here.hash = '';
  endpoint.value = here.href;

  function connect() {
    choice++;
    hub.connect(endpoint.value.trim(), token.value.trim());
  }

  byId('connect-form').addEventListener('submit', event => {
    event.preventDefault();
    connect();
  });
  byId('disconnect').addEventListener('click', () => hub.disconnect());
  token.addEventListener('input', describeToken);
  for (const id of ['client-id', 'user-id']) byId(id).addEventListener('click', copy);

  hub.addEventListener('state', event => show(event.detail));

  function describeToken() {
    const value = token.value.trim();
    const problem = tokenProblem(value);
    const hint = byId('token-hint');
    hint.dataset.kind = problem ? 'problem' : '';
    if (problem || !value) {
      hint.textContent = problem ?? "Stays in this tab's memory.";
      return;
    }
    const claims = tokenClaims(value);
    const until = claims.exp ? `until ${new Date(claims.exp * 1000).toLocaleTimeString()}` : 'without expiry';
    hint.textContent = `For ${claims.user_id ?? claims.sub ?? 'an unnamed user'}, ${until}.`;
  }

  function show(detail) {
    clearInterval(countdown);
    const { state } = detail;
    document.documentElement.dataset.connection = state;
    byId('connection-state').dataset.state = state;
    byId('connection-state').textContent = titles[state];
    byId('connect').textContent = state === 'connected' ? 'Reconnect' : state === 'waiting' ? 'Connect now' : 'Connect';
    byId('connect').classList.toggle('primary', state !== 'connected');
    byId('disconnect').disabled = state === 'offline' || state === 'closed' || state === 'refused';
    byId('connection-detail').textContent = '';
    showIds();
    if (state === 'waiting') wait(detail);
    else if (state === 'closed') say(`The connection ended: ${closeWords(detail.code, detail.reason)}.`);
    else if (state === 'refused') explainRefusal(detail);
  }

  function showIds() {
    fact('client-id', hub.clientId, '–');
    fact('user-id', hub.userId, hub.clientId ? 'anonymous' : '–');
  }

  function fact(id, value, otherwise) {
    const button = byId(id);
    button.disabled = !value;
    button.textContent = value ? shortName(value) : otherwise;
    button.dataset.value = value ?? '';
    button.title = value ? `${value} (click to copy)` : '';
  }

  async function copy(event) {
    const { value } = event.currentTarget.dataset;
    try {
      await navigator.clipboard.writeText(value);
      notify(`Copied ${value}`);
    } catch {
      notify(value); // no clipboard outside a secure context: show it whole instead
    }
  }

  function wait(detail) {
    countDown(detail);
    if (detail.isFirst) lookWhetherRefused();
  }

  function countDown({ code, reason, delay }) {
    const due = Date.now() + delay;
    const why = code ? `${closeWords(code, reason)}. ` : 'The node does not answer. ';
    const tick = () => {
      const left = Math.max(1, Math.ceil((due - Date.now()) / 1000));
      byId('connection-detail').textContent = `${why[0].toUpperCase()}${why.slice(1)}Trying again in ${left} s.`;
    };
    tick();
    countdown = setInterval(tick, 500);
  }

  // A browser hides the status of a refused upgrade, and the client tries for ever. Whether that is of use is drawn from the node's health.
  async function lookWhetherRefused() {
    const looked = choice;
    const status = await health();
    if (status === null || status === 'draining') return;
    if (looked === choice && (hub.state === 'waiting' || hub.state === 'connecting')) hub.giveUp();
  }

  function explainRefusal({ unusable }) {
    if (unusable) return say(`The browser cannot use this endpoint or token: ${unusable}`);
    byId('connect-options').open = true;
    if (tokenProblem(token.value.trim())) return say('The server refused this token.');
    say(token.value.trim()
      ? 'The server refused this token. Check its key, issuer and permissions, or empty the field to come in as anonymous.'
      : 'The server refused the connection. It may want a token, or allow no more connections.');
  }

  function say(text) {
    byId('connection-detail').textContent = text;
    // On a phone this card may be out of sight.
    if (getComputedStyle(byId('connection-detail')).visibility === 'hidden') notify(text, 'problem');
  }

  return { connect };
}

async function health() {
  try {
    return (await (await fetch('health', { cache: 'no-store' })).json()).status;
  } catch {
    return null;
  }
}
