// A classic script in the head, so the chosen theme is there before the first paint.
(() => {
  const order = ['auto', 'light', 'dark'];
  const words = { auto: 'as the system', light: 'light', dark: 'dark' };
  const root = document.documentElement;

  function remembered() {
    try {
      const theme = localStorage.getItem('gohub-chat.theme');
      return order.includes(theme) ? theme : 'auto';
    } catch {
      return 'auto'; // storage may be blocked
    }
  }

  function apply(theme) {
    root.dataset.theme = theme;
    for (const button of document.querySelectorAll('[data-turns="theme"]')) {
      button.setAttribute('aria-label', `Theme: ${words[theme]}`);
      button.title = `Theme: ${words[theme]}`;
    }
  }

  apply(remembered());

  document.addEventListener('DOMContentLoaded', () => {
    apply(root.dataset.theme);
    document.addEventListener('click', event => {
      if (!event.target.closest('[data-turns="theme"]')) return;
      const next = order[(order.indexOf(root.dataset.theme) + 1) % order.length];
      apply(next);
      try {
        localStorage.setItem('gohub-chat.theme', next);
      } catch {
        // Then the choice lasts as long as the tab.
      }
    });
  });
})();
