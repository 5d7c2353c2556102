/** Requirements to begin with. */
export const examples: readonly { readonly name: string; readonly text: string }[] = [
  {
    name: 'Bakery',
    text: `A website for a bakery called "Morning Loaf".

Pages: home, menu, about us, contact.
It is open from Tuesday to Saturday between 7 and 14 o'clock. Bread costs 4.20, rolls 0.80.
It should feel warm and be easy to read on a phone.`,
  },
  {
    name: 'Portfolio',
    text: `A portfolio for a photographer called "Mira Sand", with a dark theme.

Pages: work, about me, contact.
Large pictures with a title each, and little text. Where pictures are missing, draw quiet placeholders.`,
  },
  {
    name: 'Event',
    text: `A site for a conference on urban gardening called "Green Roofs Day".

Pages: home, programme, speakers, registration.
It takes one day, on 12 May. Visitors should find the programme at a glance.`,
  },
  {
    name: 'Guide',
    text: `Documentation for a command-line tool called "datename", which renames pictures by date.

Pages: start, options, questions.
It can be read without scripts, in light and dark.`,
  },
];
