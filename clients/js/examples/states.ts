import type { GoHub } from '@gohub/client';

declare const hub: GoHub;

// #region states
const off = hub.onState(({ state, code, reason, delay, error }) => {
  if (state === 'waiting') console.log(`next try in ${delay} ms`, code, reason, error);
  if (state === 'stopped' && code) console.log('closed for good:', code, reason);
});
// #endregion

off();
