import { element, isolated } from './element.js';
import { face, shortName } from './identity.js';

const fates = { sending: 'sending…', sent: '✓ delivered to the hub', local: '✓ on this node only: the bus did not take it', failed: 'Not sent. ' };
const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });

/** One line of a conversation; `update` follows the fate of a message of one's own. */
export function messageRow(message, onAddress) {
  if (message.remark) {
    return { node: element('p', { class: 'remark', 'data-testid': 'remark' }, message.remark), update() {} };
  }

  const time = element('time', { datetime: new Date(message.at).toISOString() }, clock.format(message.at));
  const who = message.mine
    ? element('span', { class: 'message-by' }, element('b', {}, 'you'), time)
    : element('button', {
      type: 'button',
      class: 'message-by',
      title: message.by,
      'aria-label': `Write to ${shortName(message.by)}`,
      'data-testid': 'message-by',
      on: { click: onAddress },
    }, face(message.from ?? message.by), isolated(shortName(message.by)), time);
  const fate = message.mine ? element('span', { class: 'message-fate', 'data-testid': 'message-fate' }) : null;
  const node = element('div', {
    class: 'message',
    'data-testid': 'message',
    'data-mine': String(Boolean(message.mine)),
    'data-follows': String(message.follows),
  }, who, element('div', { class: 'message-text', dir: 'auto', 'data-testid': 'message-text' }, message.text), fate);

  function update() {
    if (!fate) return;
    node.dataset.fate = message.fate;
    fate.textContent = fates[message.fate] + (message.problem ?? '');
  }

  update();
  return { node, update };
}
