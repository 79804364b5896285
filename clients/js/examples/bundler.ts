// #region bundler
import { GoHub } from '@gohub/client';

interface Order {
  id: number;
  total: number;
}

const hub = new GoHub('wss://example.com/ws', { token: () => fetchToken() });

const off = hub.on<Order>('order.placed', order => console.log(order.id, order.total));
const reply = await hub.request<{ text: string }>('hello', { name: 'Ada' });
console.log(reply.text); // "Hello, Ada!"
// #endregion

off();
await hub.stop();

async function fetchToken(): Promise<string> {
  const response = await fetch('/token');
  return response.text();
}
