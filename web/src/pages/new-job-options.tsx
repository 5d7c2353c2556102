import { SelectField, TextArea, TextField } from '../ui/field.tsx';
import { type Draft, needsProgram } from './new-job-draft.ts';

interface MoreOptionsProps {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
}

/** What few jobs need, folded away; open where something of it is set. */
export function MoreOptions({ draft, onChange }: MoreOptionsProps) {
  const { permission, mode, priority, minutes, attempts, tokens, cost } = draft;
  const isSet = [permission, mode, priority, minutes, attempts, tokens, cost].some(
    (one) => one !== '',
  );
  return (
    <details open={isSet}>
      <summary className="min-h-8 cursor-pointer py-1 font-medium">More options</summary>
      <div className="mt-2 grid gap-3 sm:grid-cols-2">
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
        <SelectField
          label="Mode"
          value={mode}
          onChange={({ target }) => onChange({ mode: target.value as Draft['mode'] })}
        >
          <option value="">one-shot: an agent of its own</option>
          <option value="persistent">persistent: the session’s main agent</option>
        </SelectField>
        <NumberField
          label="Priority"
          min={-1_000}
          hint="Higher goes first; 0 is usual"
          value={priority}
          onChange={(value) => onChange({ priority: value })}
        />
        <NumberField
          label="Time limit in minutes"
          min={0.1}
          hint="Of each attempt"
          value={minutes}
          onChange={(value) => onChange({ minutes: value })}
        />
        <NumberField
          label="Attempts"
          min={1}
          hint="At most"
          value={attempts}
          onChange={(value) => onChange({ attempts: value })}
        />
        <NumberField
          label="Tokens"
          min={1}
          hint="At most, all attempts together"
          value={tokens}
          onChange={(value) => onChange({ tokens: value })}
        />
        <NumberField
          label="Cost in US dollars"
          min={0.01}
          hint="At most"
          value={cost}
          onChange={(value) => onChange({ cost: value })}
        />
      </div>
    </details>
  );
}

/** What the agent `command` starts; other agents have a program of their own. */
export function ProgramField({ draft, onChange }: MoreOptionsProps) {
  if (!needsProgram(draft)) return null;
  return (
    <TextArea
      label="Program"
      rows={4}
      required
      placeholder={'sh\n-c\nwc -w < "$0" > "$1"\n{prompt}\n{output}'}
      value={draft.command}
      hint="The program and its arguments, one a line. {prompt} and {output} become the paths of the two files; the program writes the second."
      onChange={(event) => onChange({ command: event.target.value })}
    />
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly min: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function NumberField({ label, hint, min, value, onChange }: NumberFieldProps) {
  return (
    <TextField
      label={label}
      hint={hint}
      type="number"
      step="any"
      min={min}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
