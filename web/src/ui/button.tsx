import type { ComponentProps } from 'react';

const kinds = {
  primary: 'bg-accent text-accent-text hover:opacity-90',
  plain: 'bg-raised text-text border border-line hover:border-muted',
  quiet: 'text-text hover:bg-raised aria-pressed:bg-raised aria-pressed:font-semibold',
  danger: 'border border-failed text-failed hover:bg-failed hover:text-page',
} as const;

type ButtonProps = ComponentProps<'button'> & { readonly kind?: keyof typeof kinds };

export function Button({ kind = 'plain', className = '', type = 'button', ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      className={`inline-flex min-h-8 items-center justify-center gap-1.5 rounded-md px-3 py-1 text-sm font-medium whitespace-nowrap disabled:cursor-not-allowed disabled:opacity-50 ${kinds[kind]} ${className}`}
      {...rest}
    />
  );
}
