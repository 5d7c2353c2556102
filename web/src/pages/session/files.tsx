import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { type DragEvent, useRef, useState } from 'react';
import type { SessionView } from '../../../../src/contract/index.ts';
import { filesQuery } from '../../api/files.ts';
import { useWhyNotAct } from '../../api/sessions-members.ts';
import { useUploads } from '../../api/uploads.ts';
import { PageError } from '../../layout/page-error.tsx';
import { ActionButton } from '../../ui/action-button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilePreview } from './file-preview.tsx';
import { FileRow } from './file-row.tsx';
import { UploadList } from './uploads.tsx';

/** The session's directory: browse, look, download; what is dropped here is uploaded. */
export function Files({ session }: { readonly session: SessionView }) {
  const { session_id: sessionId } = session;
  const { path = '', file } = useSearch({ from: '/shell/sessions/$sessionId' });
  const { data, error, refetch } = useQuery(filesQuery(sessionId, path));
  const uploads = useUploads(sessionId);
  const whyNot = useWhyNotAct(session);
  const [isOver, setIsOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const drag = (event: DragEvent, over: boolean): void => {
    if (whyNot !== undefined || !event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setIsOver(over);
  };
  return (
    <div
      role="group"
      aria-label="Files"
      className={`min-h-full space-y-3 p-4 ${isOver ? 'outline-2 -outline-offset-4 outline-accent outline-dashed' : ''}`}
      onDragOver={(event) => drag(event, true)}
      onDragLeave={(event) => drag(event, false)}
      onDrop={(event) => {
        drag(event, false);
        if (whyNot === undefined) uploads.add([...event.dataTransfer.files]);
      }}
    >
      <div className="flex flex-wrap items-center gap-2">
        <Crumbs sessionId={sessionId} path={path} />
        <span className="ml-auto hidden text-sm text-muted md:inline">
          Drop files here, or choose them
        </span>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label="Files to upload"
          onChange={(event) => {
            uploads.add([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
        <ActionButton blocked={whyNot} onClick={() => input.current?.click()}>
          Upload files
        </ActionButton>
      </div>
      <UploadList uploads={uploads} />
      {error === null ? null : <PageError error={error} reset={() => void refetch()} />}
      {data?.items.length === 0 ? (
        <EmptyState title="This directory is empty.">
          What you upload lands in uploads, where agents of this session find it.
        </EmptyState>
      ) : null}
      {data === undefined || data.items.length === 0 ? null : (
        <table className="w-full text-left">
          <caption className="sr-only">Files in {path === '' ? 'the session' : path}</caption>
          <thead className="text-sm text-muted">
            <tr className="border-b border-line">
              <th className="py-1 font-medium">Name</th>
              <th className="py-1 text-right font-medium">Size</th>
              <th className="hidden py-1 pl-4 font-medium md:table-cell">Changed</th>
              <th className="py-1">
                <span className="sr-only">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {data.items.map((one) => (
              <FileRow key={one.path} sessionId={sessionId} file={one} whyNot={whyNot} />
            ))}
          </tbody>
        </table>
      )}
      {data?.is_cut === true ? (
        <p className="text-muted">There are more files than are shown here.</p>
      ) : null}
      {file === undefined ? null : (
        <FilePreview
          sessionId={sessionId}
          path={file}
          bytes={data?.items.find((one) => one.path === file)?.bytes}
        />
      )}
    </div>
  );
}

interface CrumbsProps {
  readonly sessionId: string;
  readonly path: string;
}

function Crumbs({ sessionId, path }: CrumbsProps) {
  const names = path === '' ? [] : path.split('/');
  const crumbs = names.map((name, index) => ({ name, path: names.slice(0, index + 1).join('/') }));
  return (
    <nav aria-label="Directory" className="flex flex-wrap items-center">
      {[{ name: 'session', path: '' }, ...crumbs].map((crumb, index) => (
        <span key={crumb.path} className="flex items-center">
          {index === 0 ? null : <span aria-hidden="true">/</span>}
          <Link
            to="/sessions/$sessionId"
            params={{ sessionId }}
            search={{ tab: 'files', ...(crumb.path === '' ? {} : { path: crumb.path }) }}
            aria-current={crumb.path === path ? 'page' : undefined}
            className="inline-flex min-h-8 items-center px-1.5 font-mono hover:underline"
          >
            {crumb.name}
          </Link>
        </span>
      ))}
    </nav>
  );
}
