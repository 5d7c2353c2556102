export interface SocketLimits {
  readonly sockets: number;
  readonly socketsPerUser: number;
  readonly panesPerSocket: number;
  /** A socket that hears and says nothing for so long is closed. */
  readonly idleMs: number;
  /** Input of one socket, in frames and bytes; a second's worth at once. */
  readonly framesPerSecond: number;
  readonly bytesPerSecond: number;
  /** What one user does that is in the audit log: terminals opened, the right to type asked for. */
  readonly openingsPerMinute: number;
  /** Input of one pane that waits to be typed. */
  readonly queuedInputBytes: number;
  /** Frames that may be wrong before the socket is closed; one a minute is forgiven. */
  readonly mistakes: number;
  /** What waits for a viewer that does not read; beyond it the socket is cut. */
  readonly bufferedBytes: number;
}

const MIB = 1_048_576;

export const socketLimits: SocketLimits = {
  sockets: 1_000,
  socketsPerUser: 64,
  panesPerSocket: 64,
  idleMs: 30 * 60_000,
  framesPerSecond: 2_000,
  bytesPerSecond: MIB,
  openingsPerMinute: 3_000,
  queuedInputBytes: MIB,
  mistakes: 20,
  bufferedBytes: 16 * MIB,
};

/** Why the server closed a socket; 4xxx are ours, the others of RFC 6455 and IANA. */
export const closeCodes = {
  ended: 1000,
  notBinary: 1003,
  tooManyMistakes: 1008,
  fault: 1011,
  /** The server ends; come back. */
  restart: 1012,
  /** The login or token ended, or its rights changed: come back with what is valid now. */
  revoked: 4401,
  idle: 4408,
  /** Somebody else types (raw mode alone, which knows no error frames). */
  held: 4409,
} as const;
