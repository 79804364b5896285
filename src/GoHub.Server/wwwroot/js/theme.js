// A classic script in the head, so the chosen theme is there before the first paint.
(() => {
  const order = ['auto', 'light', 'dark'];
  const words = { auto: 'Auto', light: 'Light', dark: 'Dark' };
  const root = document.documentElement;

  function remembered() {
    try {
      const theme = localStorage.getItem('gohub.theme');
      return order.includes(theme) ? theme : 'auto';
    } catch {
      return 'auto'; // storage may be blocked
    }
  }

  function apply(theme) {
    root.dataset.theme = theme;
    const button = document.getElementById('theme-toggle');
    if (!button) return;
    button.setAttribute('aria-label', `Theme: ${theme === 'auto' ? 'automatic' : theme}`);
    document.getElementById('theme-word').textContent = words[theme];
  }

  apply(remembered());

  document.addEventListener('DOMContentLoaded', () => {
    apply(root.dataset.theme);
    document.getElementById('theme-toggle').addEventListener('click', () => {
      const next = order[(order.indexOf(root.dataset.theme) + 1) % order.length];
      apply(next);
      try {
        localStorage.setItem('gohub.theme', next);
      } catch {
        // Then the choice lasts as long as the tab.
      }
    });
  });
})();
