import { useQuery } from '@tanstack/react-query';
import { loginsQuery, useEndLogin } from '../../api/accounts.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';

/** Where one is logged in; others can be ended from here. */
export function Logins() {
  const { data: logins = [], error } = useQuery(loginsQuery);
  const end = useEndLogin();
  return (
    <section aria-labelledby="logins-heading">
      <h2 id="logins-heading" className="mb-2 font-semibold">
        Where you are logged in
      </h2>
      {error === null ? null : <p role="alert">{error.message}</p>}
      <ul className="divide-y divide-line rounded-md border border-line">
        {logins.map(({ login_id, agent, address, last_seen_at, is_this }) => (
          <li key={login_id} className="flex flex-wrap items-center gap-3 px-3 py-2">
            <div className="min-w-0 flex-1 basis-48">
              <p className="truncate" title={agent ?? undefined}>
                {nameBrowser(agent)}
                {is_this ? <strong> (here)</strong> : null}
              </p>
              <p className="text-sm text-muted">
                {address ?? 'no address'}, seen <RelativeTime at={last_seen_at} />
              </p>
            </div>
            {is_this ? null : (
              <ActionButton
                aria-label={`End the login of ${nameBrowser(agent)}`}
                onClick={() => end.mutate(login_id)}
              >
                End it
              </ActionButton>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** `Chrome on Linux`, as far as the browser tells; the whole text stands in the title. */
function nameBrowser(agent: string | null): string {
  if (agent === null) return 'Unknown browser';
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)/.exec(agent)?.[1];
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent)?.[1];
  if (browser === undefined) return agent;
  const name = { Edg: 'Edge', OPR: 'Opera' }[browser] ?? browser;
  return system === undefined ? name : `${name} on ${system}`;
}
