export * from './views.ts';
export * from './setup-views.ts';
