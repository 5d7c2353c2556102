/** Where the terminal of an agent stands: `<job_id>.<attempt>`, or a session's id. */
export function terminalPath(agentId: string): string {
  return `/agents/${agentId}`;
}
