/** Requirements to begin with. */
export const examples: readonly { readonly name: string; readonly text: string }[] = [
  {
    name: 'Bakery',
    text: `A website for the bakery "Morning Loaf" in a small town.

Pages: a welcome with opening hours (Tuesday to Saturday, 7 to 14), what we bake with prices, and how to find us.
It should feel warm and be easy to read on a phone.`,
  },
  {
    name: 'Portfolio',
    text: `A portfolio for a photographer, with a dark theme.

Pages: work (a grid of projects with titles), about, contact.
Large pictures, little text. Where pictures are missing, draw quiet placeholders.`,
  },
  {
    name: 'Event',
    text: `A page for a one-day conference about urban gardening.

It shows the date, the place, a programme with times and speakers, and how to take part.
Visitors should find the programme at a glance.`,
  },
  {
    name: 'Guide',
    text: `Documentation for a small command-line tool that renames pictures by date.

Pages: start in five minutes, all options in a table, questions and answers.
It can be read without scripts, in light and dark.`,
  },
];
