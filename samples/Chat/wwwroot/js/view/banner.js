import { byId } from '../element.js';

const goodLasts = 4000; // ms

/** Says what the connection is doing, from its loss until it is back. */
export function banner(link, several) {
  const node = byId('banner');
  const words = byId('banner-words');
  const count = byId('banner-count');
  const hurry = byId('banner-hurry');
  let was = null; // whether there was a connection before
  let timer;
  let ticking;

  hurry.addEventListener('click', () => link.hurry());

  function show(kind, text, at) {
    clearTimeout(timer);
    clearInterval(ticking);
    node.hidden = false;
    node.dataset.kind = kind;
    if (words.textContent !== text) words.textContent = text;
    hurry.hidden = kind === 'good' || kind === 'busy';
    count.textContent = '';
    if (at) {
      tick(at);
      ticking = setInterval(tick, 250, at);
    }
  }

  // The number is for the eye only: read aloud every second it would be noise.
  function tick(at) {
    const seconds = Math.ceil((at - Date.now()) / 1000);
    count.textContent = seconds > 0 ? `Next try in ${seconds} s.` : 'Trying now.';
  }

  function hide() {
    clearTimeout(timer);
    clearInterval(ticking);
    node.hidden = true;
  }

  link.onState(({ state, node: place, at, moved, reason }) => {
    if (state === 'connected') {
      if (was === false) {
        show('good', moved ? `Back online, now on ${place.name}.` : 'Back online.');
        timer = setTimeout(hide, goodLasts);
      } else hide();
      was = true;
      return;
    }
    if (was === null && state === 'connecting') return;
    was = false;
    if (state === 'waiting') show('bad', navigator.onLine ? 'No connection.' : 'You are offline.', at);
    else if (state === 'connecting') show('busy', several ? `Connecting to ${place.name} …` : 'Connecting …');
    else show('bad', `The server has ended the connection${reason ? `: ${reason}` : '.'}`);
  });
}
