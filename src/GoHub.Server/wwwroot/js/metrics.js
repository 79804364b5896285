const sample = /^([a-zA-Z_:][\w:]*)(\{(?:[^"}]|"(?:\\.|[^"\\])*")*\})?\s+(\S+)/;

/** Reads Prometheus text; series of one name are added up, whatever their labels. */
export function parseMetrics(text) {
  const values = new Map();
  for (const line of text.split('\n')) {
    const found = sample.exec(line);
    const value = found ? Number(found[3]) : NaN;
    if (Number.isFinite(value)) values.set(found[1], (values.get(found[1]) ?? 0) + value);
  }
  return values;
}
