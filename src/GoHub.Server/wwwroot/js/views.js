import { byId } from './element.js';

const buttons = [...document.querySelectorAll('.views button')];

/** On a phone one part of the page shows at a time; on wider screens all do and this changes nothing seen. */
export function showView(name) {
  document.body.dataset.view = name;
  for (const button of buttons) {
    if (button.dataset.show === name) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
  }
}

for (const button of buttons) {
  button.addEventListener('click', () => {
    showView(button.dataset.show);
    byId(button.dataset.show).focus({ preventScroll: true });
  });
}
