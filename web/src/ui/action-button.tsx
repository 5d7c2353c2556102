import type { ComponentProps } from 'react';
import { NO_CONNECTION, useCanAct } from '../state/connection.ts';
import { Button } from './button.tsx';

type ActionButtonProps = ComponentProps<typeof Button> & {
  /** Why it cannot be used now; undefined when it can. */
  readonly blocked?: string | undefined;
};

/**
 * A button for what changes something. When it may not be used, or the server is not reached, it
 * stays in reach of the keyboard and says why.
 */
export function ActionButton({ blocked, onClick, className = '', ...rest }: ActionButtonProps) {
  const canAct = useCanAct();
  const reason = blocked ?? (canAct ? undefined : NO_CONNECTION);
  if (reason === undefined) return <Button className={className} onClick={onClick} {...rest} />;
  return (
    <Button
      {...rest}
      type="button"
      aria-disabled="true"
      title={reason}
      className={`cursor-not-allowed opacity-50 ${className}`}
    />
  );
}
