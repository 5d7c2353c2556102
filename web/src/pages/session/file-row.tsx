import { Link } from '@tanstack/react-router';
import type { FileView } from '../../../../src/contract/index.ts';
import { fileHref, useDeleteUpload } from '../../api/files.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { formatBytes } from './format-bytes.ts';

interface FileRowProps {
  readonly sessionId: string;
  readonly file: FileView;
  readonly whyNot: string | undefined;
}

export function FileRow({ sessionId, file, whyNot }: FileRowProps) {
  const name = file.path.split('/').at(-1) ?? file.path;
  const isUpload = file.path === `uploads/${name}` && !file.is_directory;
  const remove = useDeleteUpload(sessionId);
  return (
    <tr className="hover:bg-raised">
      <td className="w-full max-w-0 py-0.5">
        <Link
          to="/sessions/$sessionId"
          params={{ sessionId }}
          search={(before) =>
            file.is_directory
              ? { tab: 'files', path: file.path }
              : { tab: 'files', ...(before.path ? { path: before.path } : {}), file: file.path }
          }
          title={name}
          className="block truncate py-1.5 font-mono hover:underline"
        >
          {name}
          {file.is_directory ? '/' : ''}
        </Link>
      </td>
      <td className="py-0.5 pl-3 text-right whitespace-nowrap tabular-nums">
        {file.is_directory ? '' : formatBytes(file.bytes)}
      </td>
      <td className="hidden py-0.5 pl-4 text-muted md:table-cell">
        <RelativeTime at={file.modified_at} />
      </td>
      <td className="py-0.5 pl-3">
        <span className="flex justify-end gap-1">
          {file.is_directory ? null : (
            <a
              href={fileHref(sessionId, file.path)}
              download={name}
              aria-label={`Download ${name}`}
              className="inline-flex min-h-8 items-center px-2 text-accent hover:underline"
            >
              Download
            </a>
          )}
          {isUpload ? (
            <ActionButton
              kind="quiet"
              blocked={whyNot}
              aria-label={`Delete ${name}`}
              disabled={remove.isPending}
              onClick={() => remove.mutate(name)}
            >
              Delete
            </ActionButton>
          ) : null}
        </span>
      </td>
    </tr>
  );
}
