import { NO_CONNECTION, useCanAct } from '../state/connection.ts';

interface ActionSelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
  /** Why it cannot be used now; undefined when it can. */
  readonly blocked: string | undefined;
  readonly disabled: boolean;
  readonly onChange: (value: T) => void;
}

/** A choice that changes something at once; it rests while the server is not reached. */
export function ActionSelect<T extends string>(props: ActionSelectProps<T>) {
  const { label, value, choices, blocked, disabled, onChange } = props;
  const canAct = useCanAct();
  const reason = blocked ?? (canAct ? undefined : NO_CONNECTION);
  return (
    <select
      aria-label={label}
      title={reason}
      disabled={reason !== undefined || disabled}
      className="min-h-8 rounded-md border border-line bg-surface px-2 disabled:opacity-60"
      value={value}
      onChange={(event) => {
        const chosen = choices.find((one) => one.value === event.target.value);
        if (chosen !== undefined) onChange(chosen.value);
      }}
    >
      {choices.map((one) => (
        <option key={one.value} value={one.value}>
          {one.label}
        </option>
      ))}
    </select>
  );
}
