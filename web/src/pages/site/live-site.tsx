import { useQuery } from '@tanstack/react-query';
import type { SiteView } from '../../../../src/contract/index.ts';
import { artefactHref, releasesQuery } from '../../api/sites.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { useSize } from '../../ui/use-size.ts';
import { isElsewhere } from './is-elsewhere.ts';

interface LiveSiteProps {
  readonly site: SiteView;
  readonly screen: 'desktop' | 'mobile';
}

/** Widths in CSS pixels, as the screenshots have them. */
const widths = { desktop: 1_280, mobile: 390 } as const;

/** The site as visitors see it, or its newest picture where its address cannot be reached. */
export function LiveSite({ site, screen }: LiveSiteProps) {
  const { url, status, name } = site;
  if (status === 'destroyed' || status === 'destroying') {
    return (
      <EmptyState title={`The site is ${status}.`}>Its files are still in its session.</EmptyState>
    );
  }
  if (url === null) {
    return (
      <EmptyState title="It is not on the web yet.">
        As soon as it is deployed, it is shown here.
      </EmptyState>
    );
  }
  if (isElsewhere(url, location.hostname)) return <NewestPicture site={site} screen={screen} />;
  return <Frame url={url} title={`${name}, ${screen}`} width={widths[screen]} />;
}

interface FrameProps {
  readonly url: string;
  readonly title: string;
  /** The screen's; where there is less room, the page is drawn smaller. */
  readonly width: number;
}

function Frame({ url, title, width }: FrameProps) {
  const [box, size] = useSize<HTMLDivElement>();
  const scale = size === undefined ? 1 : Math.min(1, size.width / width);
  return (
    <div ref={box} className="relative size-full overflow-hidden">
      {size === undefined ? null : (
        <iframe
          src={url}
          title={title}
          // It has another origin than the dashboard: its own is all that it gets.
          sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-modals"
          referrerPolicy="no-referrer"
          className="absolute top-0 origin-top-left bg-white"
          style={{
            width,
            height: size.height / scale,
            left: Math.max(0, (size.width - width * scale) / 2),
            transform: `scale(${scale})`,
          }}
        />
      )}
    </div>
  );
}

function NewestPicture({ site, screen }: LiveSiteProps) {
  const { data: releases = [] } = useQuery(releasesQuery(site.session_id));
  const newest = releases.find((release) => release.screenshots.length > 0);
  const picture = newest?.screenshots.find((one) => one.screen === screen);
  return (
    <div className="space-y-3 p-3">
      <p role="status" className="rounded-md border border-asking p-2">
        This address answers on the server’s machine alone: {site.url}. You opened the dashboard
        from another one, so here is the newest picture of it.
      </p>
      {newest === undefined || picture === undefined ? (
        <p className="text-muted">There is no picture yet.</p>
      ) : (
        <img
          src={artefactHref(site.session_id, picture.path)}
          alt={`${site.name} on ${screen}, release ${newest.release_id}`}
          className="mx-auto max-w-full border border-line bg-white"
        />
      )}
    </div>
  );
}
