/** A block of a page: a heading and paragraphs below it. */
export interface Block {
  readonly heading: string;
  readonly paragraphs: readonly string[];
}

/** A kind of page that the demo agent knows how to fill. */
export interface PageKind {
  readonly name: string;
  readonly title: string;
  /** Words of a request that ask for it. */
  readonly words: RegExp;
  readonly purpose: string;
  readonly blocks: readonly Block[];
}

const example = 'An example entry: replace this text with your own.';

function examples(...headings: readonly string[]): readonly Block[] {
  return headings.map((heading) => ({ heading, paragraphs: [example] }));
}

/** In the order in which their pages stand in the navigation. */
export const pageKinds: readonly PageKind[] = [
  {
    name: 'portfolio',
    title: 'Portfolio',
    words: /\bportfolios?\b|\bprojects?\b|\bmy works?\b/i,
    purpose: 'Shows pieces of work.',
    blocks: examples('First project', 'Second project', 'Third project'),
  },
  {
    name: 'gallery',
    title: 'Gallery',
    words: /\bgaller(?:y|ies)\b|\bphoto(?:s|graph\w*)?\b|\bpictures\b/i,
    purpose: 'Shows pictures.',
    blocks: examples('First picture', 'Second picture', 'Third picture'),
  },
  {
    name: 'blog',
    title: 'Blog',
    words: /\bblogs?\b|\barticles?\b|\bnews\b/i,
    purpose: 'Holds articles, the newest first.',
    blocks: examples('Second article', 'First article'),
  },
  {
    name: 'shop',
    title: 'Shop',
    words: /\bshops?\b|\bstores?\b|\bproducts?\b|\be-?commerce\b/i,
    purpose: 'Shows what is sold.',
    blocks: [
      ...examples('First product', 'Second product', 'Third product'),
      { heading: 'How to order', paragraphs: ['This demo takes no orders and has no prices.'] },
    ],
  },
  {
    name: 'menu',
    title: 'Menu',
    words: /\bmenu\b|\brestaurants?\b|\bcaf[eé]s?\b|\bbaker(?:y|ies)\b/i,
    purpose: 'Shows what there is to eat and drink.',
    blocks: examples('To eat', 'To drink'),
  },
  {
    name: 'services',
    title: 'Services',
    words: /\bservices?\b/i,
    purpose: 'Says what is offered.',
    blocks: examples('First service', 'Second service'),
  },
  {
    name: 'team',
    title: 'Team',
    words: /\bteam\b|\bstaff\b/i,
    purpose: 'Says who works here.',
    blocks: examples('First person', 'Second person'),
  },
  {
    name: 'events',
    title: 'Events',
    words: /\bevents?\b|\bconcerts?\b|\bworkshops?\b/i,
    purpose: 'Says what takes place.',
    blocks: examples('Next event', 'Later'),
  },
  {
    name: 'faq',
    title: 'Questions',
    words: /\bfaqs?\b|\bfrequently asked\b/i,
    purpose: 'Answers what visitors ask often.',
    blocks: examples('What is this?', 'Who made it?'),
  },
  {
    name: 'about',
    title: 'About',
    words: /\babout (?:me|us|page)\b|\babout[- ]page\b/i,
    purpose: 'Says who is behind the site.',
    blocks: [
      { heading: 'Who we are', paragraphs: [example] },
      { heading: 'How this site was made', paragraphs: ['From a request, by fixed rules.'] },
    ],
  },
  {
    name: 'guestbook',
    title: 'Guestbook',
    words: /\bguest ?-?books?\b/i,
    purpose: 'Lets visitors leave a message and read those of others.',
    blocks: [],
  },
  {
    name: 'contact',
    title: 'Contact',
    words: /\bcontacts?\b|\breach (?:me|us)\b|\bget in touch\b/i,
    purpose: 'Lets visitors write a message.',
    blocks: [],
  },
];
