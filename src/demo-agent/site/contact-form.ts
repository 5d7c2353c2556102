import type { Design } from './design.ts';
import { escapeHtml } from './plain-text.ts';

/** A static site cannot take a message: a script checks the fields and says so. */
export function contactForm({ siteType, email }: Design): readonly string[] {
  const isDynamic = siteType === 'dynamic';
  const target = isDynamic ? ' method="post" action="/contact"' : '';
  const address = email === undefined ? undefined : escapeHtml(email);
  const direct =
    address === undefined ? [] : [`<p>Or write to <a href="mailto:${address}">${address}</a>.</p>`];
  return [
    `<form id="contact"${target}>
<p><label for="name">Name</label> <input id="name" name="name" required maxlength="80" autocomplete="name"></p>
<p><label for="email">E-mail</label> <input id="email" name="email" type="email" required maxlength="200" autocomplete="email"></p>
<p><label for="message">Message</label> <textarea id="message" name="message" rows="6" required maxlength="1000"></textarea></p>
<p><button type="submit">Send the message</button></p>
</form>
${isDynamic ? '<!-- status -->' : '<p id="status" role="status"></p>'}`,
    ...direct,
  ];
}

export function contactScript({ email }: Design): string {
  const instead =
    email === undefined ? 'No address is known yet.' : `Please write to ${email} instead.`;
  return `'use strict';
// Made by the demo agent of tmux-builder. A static site cannot receive what is written here.
const form = document.getElementById('contact');
const status = document.getElementById('status');
form.addEventListener('submit', (event) => {
  event.preventDefault();
  const name = form.elements.namedItem('name').value.trim();
  status.textContent =
    name === ''
      ? 'Please write your name.'
      : 'Thank you, ' + name + '. This static site cannot send messages, so nothing was sent. ' +
        ${JSON.stringify(instead)};
});
`;
}
