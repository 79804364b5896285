/** Runs what must not hurt others; what it throws is reported as the platform reports uncaught errors. */
export function guarded(action: () => void) {
  try {
    action();
  } catch (error) {
    (globalThis.reportError ?? console.error)(error);
  }
}
