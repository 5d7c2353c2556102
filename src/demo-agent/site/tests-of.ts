import type { Design, DesignPage } from './design.ts';

interface Test {
  readonly name: string;
  readonly steps: readonly Readonly<Record<string, string>>[];
}

/** End-to-end tests of a site as data: each page, the way to it, and what its form does. */
export function testsOf(design: Design): readonly Test[] {
  const { pages, title, heading } = design;
  const first: Test = {
    name: 'The first page has its title and heading',
    steps: [visit('/'), { do: 'see-title', text: title }, { do: 'see-heading', text: heading }],
  };
  const others = pages.filter(({ kind }) => kind !== 'home');
  const ways = others.map(wayTo);
  const forms = others.flatMap((page) => formTest(page, design));
  return [first, ...ways, ...forms];
}

/** By its link in the navigation. */
function wayTo({ path, title }: DesignPage): Test {
  const click = { do: 'click', role: 'link', name: title };
  const see = { do: 'see-heading', text: title };
  return {
    name: `The page ${path} is reached from the first one`,
    steps: [visit('/'), click, { do: 'be-at', path }, see],
  };
}

function formTest({ kind, path }: DesignPage, { siteType }: Design): readonly Test[] {
  const name = { do: 'fill', label: 'Name', value: 'Ada' };
  const message = { do: 'fill', label: 'Message', value: 'Good day to you.' };
  if (kind === 'guestbook') {
    const sign = { do: 'click', role: 'button', name: 'Sign the guestbook' };
    const steps = [visit(path), name, message, sign, { do: 'see', text: 'Good day to you.' }];
    return [{ name: `A visitor signs the guestbook at ${path}`, steps }];
  }
  if (kind !== 'contact') return [];
  const email = { do: 'fill', label: 'E-mail', value: 'ada@example.com' };
  const send = { do: 'click', role: 'button', name: 'Send the message' };
  const thanks = siteType === 'static' ? 'Thank you, Ada.' : 'Thank you. Your message is kept.';
  const steps = [visit(path), name, email, message, send, { do: 'see', text: thanks }];
  return [{ name: `A visitor writes a message at ${path}`, steps }];
}

function visit(path: string): Readonly<Record<string, string>> {
  return { do: 'visit', path };
}
