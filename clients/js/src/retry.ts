/** Bounds of the back-off, in milliseconds. */
export interface Backoff {
  base: number;
  max: number;
}

/** Full jitter: a restart must not bring all clients back at the same moment. `attempt` counts from 0. */
export const jittered = ({ base, max }: Backoff, attempt: number) => Math.floor(Math.random() * Math.min(max, base * 2 ** attempt));
