interface AgentPages {
  listLiveAgents(
    query: { readonly cursor: string | undefined; readonly limit: number },
    visibleTo: object,
    signal: AbortSignal,
  ): Promise<{
    readonly items: readonly { readonly state: string }[];
    readonly next: string | undefined;
  }>;
}

/** Agents that are read at once. */
const PAGE = 1_000;

/** Count all live agents by state. */
export async function countAgents(
  app: AgentPages,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  let cursor: string | undefined;
  do {
    const { items, next } = await app.listLiveAgents({ cursor, limit: PAGE }, {}, signal);
    for (const { state } of items) counts.set(state, (counts.get(state) ?? 0) + 1);
    cursor = next;
  } while (cursor !== undefined);
  return counts;
}
