import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { SessionView } from '../../../../src/contract/index.ts';
import { useDeleteSession, useMoveSession } from '../../api/sessions.ts';
import { useWhyNotAct } from '../../api/sessions-members.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { tellDone } from '../../ui/toasts.tsx';

/** Archive what is active; restore or delete what is archived. */
export function MoveButtons({ session }: { readonly session: SessionView }) {
  const whyNot = useWhyNotAct(session);
  const move = useMoveSession(session.session_id);
  const [isDeleting, setIsDeleting] = useState(false);
  const { name } = session;
  if (session.status === 'active') {
    return (
      <ActionButton
        blocked={whyNot}
        aria-label={`Archive ${name}`}
        disabled={move.isPending}
        onClick={() => move.mutate('archived')}
      >
        Archive
      </ActionButton>
    );
  }
  return (
    <div className="flex gap-2">
      <ActionButton
        blocked={whyNot}
        aria-label={`Restore ${name}`}
        disabled={move.isPending}
        onClick={() => move.mutate('active')}
      >
        Restore
      </ActionButton>
      <ActionButton
        kind="danger"
        blocked={whyNot}
        aria-label={`Delete ${name}`}
        onClick={() => setIsDeleting(true)}
      >
        Delete
      </ActionButton>
      {isDeleting ? <DeleteSession session={session} onClose={() => setIsDeleting(false)} /> : null}
    </div>
  );
}

interface DeleteSessionProps {
  readonly session: SessionView;
  readonly onClose: () => void;
}

function DeleteSession({ session, onClose }: DeleteSessionProps) {
  const [typed, setTyped] = useState('');
  const remove = useDeleteSession(session.session_id);
  const navigate = useNavigate();
  const isSame = typed.trim() === session.name.trim();
  const blocked = isSame ? undefined : 'Type its name first.';
  return (
    <Dialog
      title={`Delete “${session.name}” for good?`}
      description="Its jobs, files, conversation and recordings are deleted with it. This cannot be undone."
      isOpen
      onClose={onClose}
    >
      <Form
        className="space-y-3"
        blocked={blocked}
        onSubmit={() => {
          remove.mutate(undefined, {
            onSuccess: () => {
              tellDone(`“${session.name}” is deleted.`);
              onClose();
              void navigate({ to: '/sessions', search: { status: 'archived' } });
            },
          });
        }}
      >
        <TextField
          label="Type the session’s name to delete it"
          hint={session.name}
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep it</Button>
          <ActionButton kind="danger" type="submit" blocked={blocked} disabled={remove.isPending}>
            Delete for good
          </ActionButton>
        </div>
      </Form>
    </Dialog>
  );
}
