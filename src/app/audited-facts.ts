/** Fields of bodies that say what is done. Words of people, commands and secrets are none of them. */
const told: readonly string[] = [
  'agent',
  'concurrency',
  'confirmed_monthly_usd',
  'directory',
  'email',
  'expires_in_days',
  'filter',
  'host_provider',
  'is_disabled',
  'is_read_only',
  'job_ids',
  'max_cost_usd',
  'max_tokens',
  'mode',
  'name',
  'permission',
  'priority',
  'provider',
  'redeploy',
  'region',
  'release_id',
  'role',
  'session_id',
  'site_type',
  'size',
  'time_to_live_h',
  'type',
];

/**
 * Facts of a request's body for the audit log: roles, names, choices. Of many jobs the number is
 * told too, for a long list is cut there; of an answer whether it allows or denies.
 */
export function auditedFacts(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || Buffer.isBuffer(body)) return {};
  const facts: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(body)) {
    if (told.includes(key)) facts[key] = value;
    if (key === 'job_ids' && Array.isArray(value)) facts['jobs'] = value.length;
    if (key === 'answer' && Array.isArray(value)) facts['answer'] = value.map(kindOf);
  }
  return facts;
}

function kindOf(answer: unknown): string {
  return answer === 'allow' || answer === 'deny' ? answer : 'other';
}
