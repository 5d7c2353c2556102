import type { PaneLook } from '../tmux/index.ts';
import type { LiveScreen } from './live-screen.ts';
import { styledText } from './styled-text.ts';

/**
 * Compares a screen that was made from the recording with what tmux shows: the recorder may have
 * died, its beginning may be missing, or xterm.js may draw something else than tmux.
 */
export class ScreenCheck {
  /** What tmux showed when it differed, to tell a real difference from one look too early. */
  #suspected: string | undefined;
  /** What was drawn from a look and still differs: drawing it again would change nothing. */
  #hopeless: string | undefined;

  /** @returns `redraw` when a difference was seen twice, `again` when it was once. */
  compare(screen: LiveScreen, look: PaneLook): 'same' | 'again' | 'redraw' {
    const text = styledText(look.styledRows).join('\n').trimEnd();
    const { columns, rows } = screen.size;
    const isSame =
      text === screen.model.rows().join('\n').trimEnd() &&
      columns === look.columns &&
      rows === look.rows &&
      look.isAlternateScreen === screen.model.isAlternateScreen;
    if (isSame || text === this.#hopeless) {
      this.#suspected = undefined;
      return 'same';
    }
    if (text !== this.#suspected) {
      this.#suspected = text;
      return 'again';
    }
    this.#hopeless = text;
    this.#suspected = undefined;
    return 'redraw';
  }
}
