import { ErrorCode, GoHub, GoHubError } from '@gohub/client';

declare const hub: GoHub;
declare const bytes: Uint8Array;

// #region requests
try {
  const order = await hub.request('order.place', { item: 7 }, { timeout: 5_000, signal: AbortSignal.timeout(8_000) });
  console.log(order.id);
} catch (error) {
  if (!(error instanceof GoHubError)) throw error; // aborted: what the signal gave as reason
  if (error.code === ErrorCode.Forbidden) console.log('not allowed', error.details);
  else if (error.code === ErrorCode.ConnectionLost) console.log('it may have been placed, or not: look');
  else console.log(error.code, error.message);
}

hub.send('typing', { room: 'lobby' }); // no answer wanted

hub.sendBinary(bytes);
hub.onBinary(data => console.log(data.length));
// #endregion
