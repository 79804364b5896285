import { chatPanel } from './chat.js';
import { clusterPanel } from './cluster.js';
import { connectionPanel } from './connection-panel.js';
import { conversation } from './conversation.js';
import { logPanel } from './log.js';
import { memberStrip } from './members.js';
import { nodePanel } from './node.js';
import { notify } from './notice.js';
import { rawPanel } from './raw.js';
import { roomsPanel } from './rooms.js';
import { HubSocket } from './socket.js';
import { Threads } from './threads.js';
import { watchRooms } from './watch.js';
import './views.js';

const socket = new HubSocket();
const threads = new Threads();

logPanel(socket);
const connection = connectionPanel(socket, notify);
const rooms = conversation(socket, threads, notify);
watchRooms(socket, threads, roomsPanel(socket, threads, rooms));
chatPanel(socket, threads, rooms);
memberStrip(socket, threads);
rawPanel(socket, notify);
nodePanel();
clusterPanel(socket);

// A link like #room=lobby brings a second tab straight into the same room.
const room = new URLSearchParams(location.hash.slice(1)).get('room');
if (room) rooms.join(room);
connection.connect();
