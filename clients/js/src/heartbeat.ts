import { type Alarm, now } from './clock.js';
import type { Settings } from './options.js';

/**
 * Finds out that nobody is there: a silent server is asked, and given up when it stays silent.
 * An attempt to connect counts as asked, so it may take as long as a silence.
 */
export function heartbeat({ heartbeat, heartbeatTimeout }: Settings, alarm: Alarm, ping: () => void, giveUp: () => void) {
  let due = 0;
  let asked = false;

  function look() {
    if (now() < due) alarm.by(look, due);
    else if (asked) giveUp();
    else ask();
  }

  function ask() {
    if (asked) return;
    asked = true;
    due = now() + heartbeatTimeout;
    alarm.by(look, due);
    ping();
  }

  return {
    ask,
    begin() {
      asked = true;
      due = now() + heartbeat;
      alarm.by(look, due);
    },
    heard() {
      asked = false;
      due = now() + heartbeat;
    },
    end: () => alarm.cancel(look),
  };
}
