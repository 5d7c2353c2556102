import { type ReactNode, useId } from 'react';

export interface ChoiceCard<T extends string> {
  readonly value: T;
  readonly title: string;
  /** What choosing it means. */
  readonly text: ReactNode;
}

interface ChoiceCardsProps<T extends string> {
  readonly legend: string;
  /** Undefined while it is not known which one is meant. */
  readonly value: T | undefined;
  readonly choices: readonly ChoiceCard<T>[];
  readonly onChange: (value: T) => void;
}

/** One of a few, each with what it means. */
export function ChoiceCards<T extends string>(props: ChoiceCardsProps<T>) {
  const { legend, value, choices, onChange } = props;
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1 font-medium">{legend}</legend>
      <div className="grid gap-2 sm:grid-cols-[repeat(auto-fit,minmax(11rem,1fr))]">
        {choices.map((one) => (
          <label
            key={one.value}
            className="flex cursor-pointer gap-2 rounded-md border border-line bg-surface p-3 hover:border-muted has-checked:border-accent has-checked:bg-raised"
          >
            <input
              type="radio"
              name={name}
              aria-label={one.title}
              aria-describedby={`${name}-${one.value}`}
              className="mt-0.5 size-4 shrink-0 accent-accent"
              checked={one.value === value}
              onChange={() => onChange(one.value)}
            />
            <span className="min-w-0">
              <span className="block font-semibold">{one.title}</span>
              <span id={`${name}-${one.value}`} className="block text-sm text-muted">
                {one.text}
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
