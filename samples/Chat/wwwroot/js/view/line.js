import { element, icon, isolated } from '../element.js';
import { momentWords, nameOf, timeWords } from '../words.js';
import { avatar } from './avatar.js';

const waitingIcon = 'M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15M10 5.5V10l3 2';
const sentIcon = 'm4 10.5 4 4 8-9';
const problemIcon = 'M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15M10 6v5M10 13.6v.1';

const fates = {
  waiting: [waitingIcon, 'Waiting for the connection'],
  sending: [waitingIcon, 'Sending'],
  sent: [sentIcon, 'Sent'],
  local: [problemIcon, 'Only people on your node have it until the others can be reached'],
};

/** One message. `update` shows what has become of it, and whether it begins or ends a run of one person's. */
export function line(message, { address, again }) {
  const { by, mine } = message;
  const name = nameOf(by);
  const time = element('time', {});
  const who = mine
    ? element('span', { class: 'sr' }, 'You, ')
    : element('button', { type: 'button', class: 'name', title: 'Write privately', 'data-testid': 'line-name', on: { click: address } }, isolated(name));
  const bubble = element('p', { class: 'bubble', dir: 'auto', 'data-testid': 'text' }, message.text);
  const fate = mine ? element('div', { class: 'fate', 'data-testid': 'fate' }) : null;
  const node = element('div', { class: 'line', 'data-testid': 'line', 'data-mine': String(mine) }, mine ? null : avatar(by), element('div', { class: 'stack' }, element('div', { class: 'by' }, who, time), bubble, fate));

  function update({ first, last }) {
    node.dataset.first = String(first);
    node.dataset.last = String(last);
    // In a run of messages the name is for the ear only, and not to be reached once more with each of them.
    if (!mine) who.tabIndex = first ? 0 : -1;
    time.dateTime = new Date(message.at).toISOString();
    time.textContent = timeWords(message.at);
    bubble.title = momentWords(message.at);
    if (!fate || node.dataset.fate === message.fate) return;
    node.dataset.fate = message.fate;
    if (message.fate === 'failed') {
      fate.replaceChildren(icon(problemIcon), `Not sent. ${message.problem ?? ''} `, element('button', { type: 'button', class: 'link', 'data-testid': 'again', on: { click: again } }, 'Try again'));
    } else {
      const [picture, words] = fates[message.fate];
      fate.replaceChildren(icon(picture), words);
    }
  }

  return { node, update };
}
