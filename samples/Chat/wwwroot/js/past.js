/** What was said before. Each node keeps what it has taken itself, so all of them are asked; one that is gone has taken it along. */
export function past(nodes, me, threads) {
  async function ask(node, query) {
    const response = await fetch(`${node.url}/history?${query}`, { headers: { authorization: me.ticket }, signal: AbortSignal.timeout(10_000) });
    return response.ok ? response.json() : [];
  }

  return {
    async fetch(thread) {
      const query = new URLSearchParams(thread.kind === 'room' ? { room: thread.target } : { with: thread.target });
      const answers = await Promise.allSettled(nodes.map(node => ask(node, query)));
      for (const line of answers.flatMap(answer => answer.value ?? [])) threads.heard(thread, line);
    },
  };
}
