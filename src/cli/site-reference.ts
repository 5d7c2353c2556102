import type { App } from '../app/index.ts';

/** The session of a site that is named by its session, or by one of its executions. */
export async function siteIdOf(app: App, reference: string, signal: AbortSignal): Promise<string> {
  return (await app.sites.execution(reference, signal)).session_id;
}
