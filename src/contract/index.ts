export * from './views.ts';
export * from './usage-views.ts';
export * from './setup-views.ts';
export * from './question-views.ts';
