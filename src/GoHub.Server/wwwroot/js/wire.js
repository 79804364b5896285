/**
 * A WebSocket class that tells what goes through its sockets, in the order of the wire:
 * `opened(socket)`, `sent(socket, data)`, `received(socket, data)`, `closed(socket, { code, reason, opened })`.
 */
export function tapped({ opened, sent, received, closed }) {
  return class extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols);
      let wasOpen = false;
      this.addEventListener('open', () => {
        wasOpen = true;
        opened(this);
      });
      // Registered before the client's own, so a frame is seen before anything comes of it.
      this.addEventListener('message', ({ data }) => received(this, data));
      this.addEventListener('close', ({ code, reason }) => closed(this, { code, reason, opened: wasOpen }));
    }

    send(data) {
      super.send(data);
      sent(this, data);
    }
  };
}
