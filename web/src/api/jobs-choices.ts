import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';

/** Templates to choose from. */
export const templatesQuery = queryOptions({
  queryKey: ['templates'],
  queryFn: async ({ signal }) => (await call('listTemplates', { signal })).items,
});

/** Active sessions to choose from, the newest first. */
export const sessionChoicesQuery = queryOptions({
  queryKey: ['sessions', 'choices'],
  queryFn: async ({ signal }) =>
    (await call('listSessions', { query: { status: 'active', limit: 500 }, signal })).items,
});

/** Agents that this machine has, and whether they are ready to use. */
export const agentChoicesQuery = queryOptions({
  queryKey: ['installed-agents'],
  queryFn: async ({ signal }) => (await call('listInstalled', { signal })).items,
});

/** Agents that are alive, as many as one page has. */
export const liveAgentsQuery = queryOptions({
  queryKey: ['agents', 'live'],
  queryFn: async ({ signal }) =>
    (await call('listAgents', { query: { limit: 500 }, signal })).items,
});
