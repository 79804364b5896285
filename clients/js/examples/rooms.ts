import type { GoHub } from '@gohub/client';

declare const hub: GoHub;

// #region rooms
const room = await hub.join('lobby');
room.on('room_message', data => console.log(data.sender_id, data.content));
room.on('gap', data => console.log('messages were lost between nodes:', data.lost));
room.on('rejoined', () => console.log('back after a reconnect: load what was said meanwhile'));
room.on('lost', error => console.log('no longer in', room.id, error.code, error.message));

const { level } = await room.send({ text: 'hi' }); // 'local': a cluster's bus is down, only this node has it
const members = await room.members();
console.log(level, members.map(member => member.user_id ?? member.client_id));
await room.leave();
// #endregion
