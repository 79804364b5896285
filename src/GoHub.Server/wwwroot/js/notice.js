import { byId } from './element.js';

const shownFor = { news: 6000, problem: 20000 }; // ms

let timer = 0;

export function notify(text, kind = 'news') {
  clearTimeout(timer);
  byId('notice-text').textContent = text;
  byId('notice').dataset.kind = kind;
  byId('notice').hidden = false;
  timer = setTimeout(dismiss, shownFor[kind]);
}

export function dismiss() {
  clearTimeout(timer);
  byId('notice').hidden = true;
}

byId('notice-close').addEventListener('click', dismiss);
