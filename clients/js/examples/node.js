// #region node
import WebSocket from 'ws'; // Node 22 and later have one of their own
import { GoHub } from '@gohub/client';

const hub = new GoHub('ws://localhost:8080/ws', { WebSocket });
await hub.start();
console.log(await hub.request('echo', { text: 'Hello, GoHub!' }));
await hub.stop();
// #endregion
