import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { SiteEstimateView } from '../../../src/contract/index.ts';
import { useRole } from '../api/me.ts';
import { estimateQuery } from '../api/sites.ts';
import { useCreateSite } from '../api/sites-actions.ts';
import { Page } from '../layout/page.tsx';
import { ActionButton } from '../ui/action-button.tsx';
import { Button } from '../ui/button.tsx';
import { TextArea } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { FormError } from '../ui/form-error.tsx';
import { Key } from '../ui/key.tsx';
import { tellDone } from '../ui/toasts.tsx';
import { useLate } from '../ui/use-late.ts';
import {
  type Draft,
  emptyDraft,
  forgetDraft,
  keepDraft,
  readDraft,
  toBody,
  toPlace,
  withKey,
} from './new-site/draft.ts';
import { Estimate } from './new-site/estimate.tsx';
import { examples } from './new-site/examples.ts';
import { MoreOptions, PlaceFields, WhereCards, WhoFields } from './new-site/site-fields.tsx';
import { ONLY_OPERATORS } from './needs-you-question.tsx';

/** While one types, the estimate waits. */
const PAUSE_MS = 300;

/** Say what is wanted and where it is to go. What was typed is kept until the site is made. */
export function NewSitePage() {
  const [draft, setDraft] = useState<Draft>(readDraft);
  const [confirmedUsd, setConfirmedUsd] = useState<number>();
  const navigate = useNavigate();
  const canAdd = useRole('operator');
  const create = useCreateSite();
  const place = toPlace(draft);
  const late = useLate(JSON.stringify(place), PAUSE_MS);
  const { data, error, isPlaceholderData } = useQuery({
    ...estimateQuery(JSON.parse(late) as typeof place),
    enabled: canAdd,
  });
  const isOld = isPlaceholderData || late !== JSON.stringify(place);
  const estimate = error === null ? data : undefined;
  // Where none was chosen, the server's own is meant; what is sent says so.
  const meant: Draft = { ...draft, provider: draft.provider || (data?.provider ?? '') };
  const set = (change: Partial<Draft>): void => {
    const next = { ...meant, ...change };
    setDraft(next);
    keepDraft(next);
  };
  const isConfirmed = estimate?.must_be_confirmed === false || isSum(estimate, confirmedUsd);
  const blocked = canAdd
    ? whyNot(meant, { estimate: isOld ? undefined : estimate, isConfirmed })
    : ONLY_OPERATORS;
  const send = (): void => {
    if (create.isPending) return;
    const body = toBody(meant, estimate?.must_be_confirmed === true ? confirmedUsd : undefined);
    const next = withKey(meant, body, () => crypto.randomUUID());
    setDraft(next);
    keepDraft(next);
    create.mutate(
      { body, idempotencyKey: next.sent.key },
      {
        onSuccess: ({ session_id: sessionId, name }) => {
          forgetDraft();
          tellDone(`“${name}” is being made.`);
          void navigate({ to: '/sites/$sessionId', params: { sessionId } });
        },
      },
    );
  };
  return (
    <Page title="New site">
      <Form
        className="mx-auto grid max-w-6xl gap-6 p-3 md:p-4 lg:grid-cols-[minmax(0,1fr)_20rem]"
        blocked={blocked}
        onSubmit={send}
        onKeyDown={({ key, ctrlKey, metaKey, currentTarget }) => {
          if (key === 'Enter' && (ctrlKey || metaKey)) currentTarget.requestSubmit();
        }}
      >
        <div className="min-w-0 space-y-4">
          <Requirements draft={meant} onChange={set} />
          <WhereCards draft={meant} onChange={set} />
          <PlaceFields draft={meant} onChange={set} />
          <WhoFields draft={meant} onChange={set} />
          <MoreOptions draft={meant} onChange={set} />
        </div>
        <div className="min-w-0 space-y-4 lg:sticky lg:top-4 lg:self-start">
          <Estimate
            estimate={estimate}
            error={error}
            isOld={isOld}
            isConfirmed={isConfirmed}
            onConfirm={setConfirmedUsd}
          />
          <FormError error={create.error} />
          <div className="flex flex-wrap gap-2">
            <ActionButton
              kind="primary"
              type="submit"
              blocked={blocked}
              disabled={create.isPending}
            >
              {create.isPending ? 'Making it…' : 'Make the site'} <Key>Ctrl ↵</Key>
            </ActionButton>
            <Button
              kind="quiet"
              onClick={() => {
                forgetDraft();
                setDraft(emptyDraft);
                setConfirmedUsd(undefined);
              }}
            >
              Empty the draft
            </Button>
          </div>
          {blocked === undefined ? null : <p className="text-sm text-muted">{blocked}</p>}
        </div>
      </Form>
    </Page>
  );
}

interface Known {
  readonly estimate: SiteEstimateView | undefined;
  readonly isConfirmed: boolean;
}

function whyNot({ requirements }: Draft, { estimate, isConfirmed }: Known): string | undefined {
  if (requirements.trim() === '') return 'Say first what the site is to be.';
  if (estimate === undefined) return 'What it costs is not known yet.';
  const { user_limit_usd: limit, user_monthly_usd: live, cost } = estimate;
  if (limit !== null && live + cost.monthly_usd > limit) {
    return 'It would cost more than your sites may cost together.';
  }
  return isConfirmed ? undefined : 'Confirm first what it costs.';
}

function isSum(estimate: SiteEstimateView | undefined, usd: number | undefined): boolean {
  return usd !== undefined && estimate?.cost.monthly_usd === usd;
}

interface RequirementsProps {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
}

/** What is wanted, in one's own words or those of an example. */
function Requirements({ draft: { requirements }, onChange }: RequirementsProps) {
  const isOwn = requirements.trim() !== '' && !examples.some(({ text }) => text === requirements);
  return (
    <div>
      <TextArea
        label="What is wanted"
        rows={9}
        required
        autoFocus
        placeholder="Whom is it for, which pages does it have, what must stand there, how should it look?"
        value={requirements}
        hint="Pictures and texts can be added once it is made: upload them to its session and tell the agent."
        onChange={(event) => onChange({ requirements: event.target.value })}
      />
      {isOwn ? null : (
        <p className="mt-2 flex flex-wrap items-center gap-2">
          <span className="text-sm text-muted">Begin with an example:</span>
          {examples.map(({ name, text }) => (
            <Button
              key={name}
              aria-pressed={text === requirements}
              onClick={() => onChange({ requirements: text })}
            >
              {name}
            </Button>
          ))}
        </p>
      )}
    </div>
  );
}
