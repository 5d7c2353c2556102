import type { ITheme } from '@xterm/xterm';

/** The terminal stays dark in both themes: agents choose their colours for a dark one. */
export const terminalTheme: ITheme = {
  background: '#0b1120',
  foreground: '#e5e7eb',
  cursor: '#2dd4bf',
  cursorAccent: '#0b1120',
  selectionBackground: '#334155',
  black: '#1f2937',
  red: '#f87171',
  green: '#4ade80',
  yellow: '#fbbf24',
  blue: '#60a5fa',
  magenta: '#c084fc',
  cyan: '#22d3ee',
  white: '#e5e7eb',
  brightBlack: '#94a3b8',
  brightRed: '#fca5a5',
  brightGreen: '#86efac',
  brightYellow: '#fde68a',
  brightBlue: '#93c5fd',
  brightMagenta: '#d8b4fe',
  brightCyan: '#67e8f9',
  brightWhite: '#f8fafc',
};
