import type { ComponentProps } from 'react';
import { useCanAct } from '../state/connection.ts';

type FormProps = Omit<ComponentProps<'form'>, 'onSubmit'> & {
  /** Why it cannot be sent now; undefined when it can. The same stands at its `ActionButton`. */
  readonly blocked?: string | undefined;
  readonly onSubmit: () => void;
};

/** A form that changes something: while that may not be, it rests, also when Enter is pressed. */
export function Form({ blocked, onSubmit, ...rest }: FormProps) {
  const canAct = useCanAct();
  return (
    <form
      {...rest}
      onSubmit={(event) => {
        event.preventDefault();
        if (canAct && blocked === undefined) onSubmit();
      }}
    />
  );
}
