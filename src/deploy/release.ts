/** One file of a release. */
export interface ReleaseFile {
  /** Relative, with `/`: `assets/app.css`. */
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 as 64 hexadecimal digits. */
  readonly digest: string;
  /** Whether its owner may execute it. */
  readonly isExecutable: boolean;
}

/**
 * What a site is made of at one moment: a copy of its files that nothing changes any more. Its id
 * is made from its content, so that one content is one release.
 */
export interface Release {
  /** `r` and 16 hexadecimal digits. */
  readonly id: string;
  /** Absolute path of its files. */
  readonly dir: string;
  /** By path. */
  readonly files: readonly ReleaseFile[];
  readonly bytes: number;
  /** Wall time in ms at which it was made first. */
  readonly createdAt: number;
}

/** Files by how they differ between two releases. */
export interface ChangeOf {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}
