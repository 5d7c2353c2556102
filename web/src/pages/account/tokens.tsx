import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { tokensQuery, useRevokeToken } from '../../api/accounts.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { CreateToken } from './create-token.tsx';

/** One's API tokens: for programs that act for one. */
export function Tokens() {
  const { data: tokens, error } = useQuery(tokensQuery);
  const revoke = useRevokeToken();
  const [isMaking, setIsMaking] = useState(false);
  return (
    <section aria-labelledby="tokens-heading" className="space-y-2">
      <div className="flex flex-wrap items-center gap-3">
        <h2 id="tokens-heading" className="mr-auto font-semibold">
          API tokens
        </h2>
        <ActionButton onClick={() => setIsMaking(true)}>New token</ActionButton>
      </div>
      {error === null ? null : <p role="alert">{error.message}</p>}
      {tokens?.length === 0 ? (
        <p className="text-muted">
          You have none. A token lets a program use the API for you, with a role as small as it
          needs.
        </p>
      ) : null}
      {tokens === undefined || tokens.length === 0 ? null : (
        <ul aria-label="Tokens" className="divide-y divide-line rounded-md border border-line">
          {tokens.map(({ token_id, name, role, session_id, expires_at, last_used_at }) => (
            <li key={token_id} className="flex flex-wrap items-center gap-3 px-3 py-2">
              <div className="min-w-0 flex-1 basis-48">
                <p className="truncate font-medium">{name}</p>
                <p className="text-sm text-muted">
                  {role}
                  {session_id === null ? '' : `, only session ${session_id}`}, ends{' '}
                  {expires_at === null ? 'never' : <RelativeTime at={expires_at} />},{' '}
                  {last_used_at === null ? (
                    'never used'
                  ) : (
                    <>
                      used <RelativeTime at={last_used_at} />
                    </>
                  )}
                </p>
              </div>
              <ActionButton aria-label={`Revoke ${name}`} onClick={() => revoke.mutate(token_id)}>
                Revoke
              </ActionButton>
            </li>
          ))}
        </ul>
      )}
      {isMaking ? <CreateToken onClose={() => setIsMaking(false)} /> : null}
    </section>
  );
}
