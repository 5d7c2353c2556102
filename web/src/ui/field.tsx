import { type ComponentProps, type ReactNode, useId } from 'react';

const look =
  'w-full rounded-md border border-line bg-surface px-2 py-1.5 text-text placeholder:text-muted';

interface LabelledProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
}

export function TextField({
  label,
  hint,
  error,
  ...rest
}: LabelledProps & Omit<ComponentProps<'input'>, 'id'>) {
  const id = useId();
  const about = `${id}-about`;
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <input
        id={id}
        className={look}
        aria-invalid={error !== undefined}
        aria-describedby={about}
        {...rest}
      />
      <p
        id={about}
        className={`mt-1 text-sm ${error === undefined ? 'text-muted' : 'text-failed'}`}
      >
        {error ?? hint}
      </p>
    </div>
  );
}

/** As the server asks for it. */
const SHORTEST_PASSWORD = 10;

interface NewPasswordFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function NewPasswordField({ value, onChange }: NewPasswordFieldProps) {
  return (
    <TextField
      label="New password"
      type="password"
      autoComplete="new-password"
      required
      minLength={SHORTEST_PASSWORD}
      hint={`At least ${SHORTEST_PASSWORD} characters`}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

export function TextArea({
  label,
  hint,
  error,
  ...rest
}: LabelledProps & ComponentProps<'textarea'>) {
  const id = useId();
  const about = `${id}-about`;
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <textarea id={id} className={`${look} font-mono`} aria-describedby={about} {...rest} />
      <p
        id={about}
        className={`mt-1 text-sm ${error === undefined ? 'text-muted' : 'text-failed'}`}
      >
        {error ?? hint}
      </p>
    </div>
  );
}

export function SelectField({
  label,
  children,
  ...rest
}: LabelledProps & ComponentProps<'select'>) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <select id={id} className={look} {...rest}>
        {children}
      </select>
    </div>
  );
}
