/** What an agent's id names. */
export type AgentId =
  | { readonly kind: 'attempt'; readonly jobId: string; readonly number: number }
  | { readonly kind: 'main'; readonly sessionId: string };

/** Read `<job_id>.<attempt>`, or the id of a session, which names its main agent. */
export function parseAgentId(text: string): AgentId | undefined {
  const { job, attempt } = /^(?<job>job_\w+)\.(?<attempt>[1-9]\d{0,5})$/.exec(text)?.groups ?? {};
  if (job !== undefined) return { kind: 'attempt', jobId: job, number: Number(attempt) };
  return /^ses_\w+$/.test(text) ? { kind: 'main', sessionId: text } : undefined;
}
