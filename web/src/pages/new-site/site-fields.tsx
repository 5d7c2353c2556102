import { useQuery } from '@tanstack/react-query';
import { agentChoicesQuery } from '../../api/jobs-choices.ts';
import { type ChoiceCard, ChoiceCards } from '../../ui/choice-cards.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { type Draft, shownFields } from './draft.ts';

interface FieldsProps {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
}

const providers: readonly ChoiceCard<Exclude<Draft['provider'], ''>>[] = [
  {
    value: 'local',
    title: 'This machine',
    text: 'Free. Its address answers on the server’s machine alone; needs no account.',
  },
  {
    value: 'aws',
    title: 'AWS',
    text: 'Public, by HTTPS. Costs money; the server needs credentials of an account.',
  },
  {
    value: 'azure',
    title: 'Azure',
    text: 'Public. Costs money; the server needs credentials and a subscription.',
  },
];

const types: readonly ChoiceCard<Draft['type']>[] = [
  {
    value: 'static',
    title: 'Static',
    text: 'Files alone: pages, styles, pictures, scripts in the browser. The usual one.',
  },
  {
    value: 'dynamic',
    title: 'Dynamic',
    text: 'A Node.js program that answers: forms that are kept, data, an API.',
  },
];

/** Where it goes, and what kind it is. */
export function WhereCards({ draft, onChange }: FieldsProps) {
  return (
    <>
      <ChoiceCards
        legend="Where it goes"
        value={draft.provider === '' ? undefined : draft.provider}
        choices={providers}
        onChange={(provider) => onChange({ provider })}
      />
      <ChoiceCards
        legend="What it is"
        value={draft.type}
        choices={types}
        onChange={(type) => onChange({ type })}
      />
    </>
  );
}

/** Region, size and front door, each only where it matters. */
export function PlaceFields({ draft, onChange }: FieldsProps) {
  const shown = shownFields(draft);
  if (!shown.region) return null;
  const isAws = draft.provider === 'aws';
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <TextField
        label="Region"
        placeholder={isAws ? 'us-east-1' : 'eastus'}
        hint="Left empty, the server’s own"
        maxLength={60}
        value={draft.region}
        onChange={(event) => onChange({ region: event.target.value })}
      />
      {shown.size ? (
        <TextField
          label="Machine"
          placeholder={isAws ? 't3.micro' : 'Standard_B1s'}
          hint="Left empty, the smallest that the server allows"
          maxLength={60}
          value={draft.size}
          onChange={(event) => onChange({ size: event.target.value })}
        />
      ) : null}
      {shown.frontDoor ? (
        <SelectField
          label="Front Door"
          value={draft.frontDoor}
          onChange={({ target }) => onChange({ frontDoor: target.value as Draft['frontDoor'] })}
        >
          <option value="">As configured</option>
          <option value="none">none: the storage account’s own address</option>
          <option value="shared">shared: one profile for all sites, near to visitors</option>
        </SelectField>
      ) : null}
    </div>
  );
}

/** Its name, who makes it, and how long it stays. */
export function WhoFields({ draft, onChange }: FieldsProps) {
  const { data: agents = [] } = useQuery(agentChoicesQuery);
  return (
    <div className="grid gap-3 sm:grid-cols-3">
      <TextField
        label="Name"
        hint="Left empty, it gets one"
        maxLength={120}
        autoComplete="off"
        value={draft.name}
        onChange={(event) => onChange({ name: event.target.value })}
      />
      <SelectField
        label="Agent"
        value={draft.agent}
        onChange={(event) => onChange({ agent: event.target.value })}
      >
        <option value="">As configured</option>
        {agents
          .filter(({ agent, found }) => found && agent !== 'command')
          .map(({ agent, ready }) => (
            <option key={agent} value={agent} disabled={ready === 'no'}>
              {ready === 'no' ? `${agent} (not ready)` : agent}
            </option>
          ))}
      </SelectField>
      <SelectField
        label="Time to live"
        value={draft.timeToLive}
        onChange={(event) => onChange({ timeToLive: event.target.value })}
      >
        <option value="">As configured</option>
        <option value="24">A day</option>
        <option value="72">3 days</option>
        <option value="168">A week</option>
        <option value="720">30 days</option>
        <option value="8760">A year</option>
      </SelectField>
    </div>
  );
}

/** What few sites need, folded away; open where something of it is set. */
export function MoreOptions({ draft, onChange }: FieldsProps) {
  const { model, permission, tokens, cost } = draft;
  const isSet = [model, permission, tokens, cost].some((one) => one !== '');
  return (
    <details open={isSet}>
      <summary className="min-h-8 cursor-pointer py-1 font-medium">More options</summary>
      <div className="mt-2 grid gap-3 sm:grid-cols-2">
        <TextField
          label="Model"
          placeholder="The agent’s own"
          value={model}
          onChange={(event) => onChange({ model: event.target.value })}
        />
        <SelectField
          label="Permission"
          value={permission}
          onChange={({ target }) => onChange({ permission: target.value as Draft['permission'] })}
        >
          <option value="">As configured</option>
          <option value="ask">ask: what no rule decides waits for a person</option>
          <option value="deny">deny: what no rule allows is refused</option>
          <option value="allow">allow: everything is allowed</option>
        </SelectField>
        <TextField
          label="Tokens"
          hint="At most, for all that its agent does"
          type="number"
          min={1}
          value={tokens}
          onChange={(event) => onChange({ tokens: event.target.value })}
        />
        <TextField
          label="Agent’s cost in US dollars"
          hint="At most"
          type="number"
          step="any"
          min={0.01}
          value={cost}
          onChange={(event) => onChange({ cost: event.target.value })}
        />
      </div>
    </details>
  );
}
