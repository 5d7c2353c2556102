import type { ReactNode } from 'react';

const MOST_ITEMS = 200;
const DEEPEST = 6;

/** JSON as a person reads it: names and values, lists, and lists of things. */
export function JsonView({
  value,
  depth = 0,
}: {
  readonly value: unknown;
  readonly depth?: number;
}) {
  if (depth > DEEPEST) return <code className="break-all">{JSON.stringify(value)}</code>;
  if (Array.isArray(value)) return <List items={value} depth={depth} />;
  if (typeof value === 'object' && value !== null) {
    return <Fields fields={Object.entries(value)} depth={depth} />;
  }
  if (value === null) return <span className="text-muted">none</span>;
  return <span className="break-words whitespace-pre-wrap">{textOf(value)}</span>;
}

interface ListProps {
  readonly items: readonly unknown[];
  readonly depth: number;
}

function List({ items, depth }: ListProps) {
  if (items.length === 0) return <span className="text-muted">none</span>;
  return (
    <ul className="list-disc space-y-1 pl-4 marker:text-muted">
      {items.slice(0, MOST_ITEMS).map((item, index) => (
        <li key={index}>
          <JsonView value={item} depth={depth + 1} />
        </li>
      ))}
      {items.length > MOST_ITEMS ? (
        <li className="text-muted">and {items.length - MOST_ITEMS} more</li>
      ) : null}
    </ul>
  );
}

interface FieldsProps {
  readonly fields: readonly (readonly [string, unknown])[];
  readonly depth: number;
}

function Fields({ fields, depth }: FieldsProps) {
  return (
    <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[minmax(5rem,8rem)_minmax(0,1fr)]">
      {fields.map(([name, value]) => (
        <Field key={name} name={name}>
          <JsonView value={value} depth={depth + 1} />
        </Field>
      ))}
    </dl>
  );
}

function Field({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="break-words text-muted first-letter:uppercase">{name.replaceAll('_', ' ')}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
