import { chatPanel } from './chat.js';
import { clusterPanel } from './cluster.js';
import { connectionPanel } from './connection-panel.js';
import { conversation } from './conversation.js';
import { Hub } from './hub.js';
import { logPanel } from './log.js';
import { memberStrip } from './members.js';
import { nodePanel } from './node.js';
import { notify } from './notice.js';
import { rawPanel } from './raw.js';
import { roomsPanel } from './rooms.js';
import { Threads } from './threads.js';
import { watchRooms } from './watch.js';
import './views.js';

const hub = new Hub();
const threads = new Threads();

logPanel(hub);
const connection = connectionPanel(hub, notify);
const rooms = conversation(hub, threads, notify);
watchRooms(hub, threads, roomsPanel(hub, threads, rooms));
chatPanel(hub, threads, rooms);
memberStrip(hub, threads);
rawPanel(hub, notify);
nodePanel();
clusterPanel(hub);

// A link like #room=lobby brings a second tab straight into the same room.
const room = new URLSearchParams(location.hash.slice(1)).get('room');
if (room) rooms.join(room);
connection.connect();
