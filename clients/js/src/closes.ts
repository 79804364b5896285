/** The token expired, or none came in time. */
export const signedOut = 4401;

const faults = [1000, 1002, 1007, 1008, 1009];
const passing = [4408, 4429];

/** Whether a close is for good: the server said goodbye, this client breaks the protocol, or it is asked to stay away (44xx). */
export const isForGood = (code: number) => faults.includes(code) || (code >= 4400 && code < 4500 && !passing.includes(code));
