import { useState } from 'react';
import type { SessionView } from '../../../../src/contract/index.ts';
import { useSetBudget } from '../../api/sessions.ts';
import { useWhyNotAct } from '../../api/sessions-members.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { readBudget } from './budget.ts';

/** The budget, and the facts that cannot be changed. */
export function SessionSettings({ session }: { readonly session: SessionView }) {
  const whyNot = useWhyNotAct(session);
  const [tokens, setTokens] = useState(String(session.max_tokens ?? ''));
  const [dollars, setDollars] = useState(String(session.max_cost_usd ?? ''));
  const set = useSetBudget(session.session_id);
  const { value, errors } = readBudget(tokens, dollars);
  const isWrong = errors.tokens !== undefined || errors.dollars !== undefined;
  const isSame =
    value.max_tokens === session.max_tokens && value.max_cost_usd === session.max_cost_usd;
  const reason = isWrong ? 'Mend the numbers first.' : isSame ? 'Nothing was changed.' : undefined;
  return (
    <div className="max-w-xl space-y-6 p-4">
      <Form
        aria-label="Budget"
        className="space-y-3"
        blocked={whyNot ?? reason}
        onSubmit={() => set.mutate(value)}
      >
        <h2 className="font-semibold">Budget</h2>
        <p className="text-muted">
          What all jobs of the session together may use. An agent that goes over it is ended.
        </p>
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label="Tokens"
            hint="Empty: no limit"
            inputMode="numeric"
            readOnly={whyNot !== undefined}
            value={tokens}
            error={errors.tokens}
            onChange={(event) => setTokens(event.target.value)}
          />
          <TextField
            label="US dollars"
            hint="Empty: no limit"
            inputMode="decimal"
            readOnly={whyNot !== undefined}
            value={dollars}
            error={errors.dollars}
            onChange={(event) => setDollars(event.target.value)}
          />
        </div>
        <ActionButton
          kind="primary"
          type="submit"
          blocked={whyNot ?? reason}
          disabled={set.isPending}
        >
          Set the budget
        </ActionButton>
      </Form>
      <section aria-labelledby="facts-of-session">
        <h2 id="facts-of-session" className="mb-2 font-semibold">
          About it
        </h2>
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
          <Fact name="Id" value={session.session_id} />
          <Fact name="Owner" value={session.user_id} />
          <Fact name="Agent" value={session.agent ?? 'the default of the server'} />
          <Fact
            name="Jobs at once"
            value={
              session.concurrency === null ? 'as many as workers do' : String(session.concurrency)
            }
          />
          <Fact name="Directory" value={session.path} />
          <Fact name="Made" value={new Date(session.created_at).toLocaleString()} />
        </dl>
      </section>
    </div>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 font-mono text-sm break-all">{value}</dd>
    </>
  );
}
