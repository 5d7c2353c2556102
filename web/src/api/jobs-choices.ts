import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';

/** The most that the server gives at once. */
export const LARGEST_PAGE = 1_000;

/** Templates to choose from. */
export const templatesQuery = queryOptions({
  queryKey: ['templates'],
  queryFn: async ({ signal }) => (await call('listTemplates', { signal })).items,
});

/** Active sessions to choose from, the newest first. */
export const sessionChoicesQuery = queryOptions({
  queryKey: ['sessions', 'choices'],
  queryFn: async ({ signal }) =>
    (await call('listSessions', { query: { status: 'active', limit: LARGEST_PAGE }, signal }))
      .items,
});

/** Agents that this machine has, and whether they are ready to use. */
export const agentChoicesQuery = queryOptions({
  queryKey: ['installed-agents'],
  queryFn: async ({ signal }) => (await call('listInstalled', { signal })).items,
});

/** Agents that are alive. */
export const liveAgentsQuery = queryOptions({
  queryKey: ['agents', 'live'],
  queryFn: async ({ signal }) =>
    (await call('listAgents', { query: { limit: LARGEST_PAGE }, signal })).items,
});
