export * from './deployer.ts';
export type { ChangeOf, Release, ReleaseFile } from './release.ts';
