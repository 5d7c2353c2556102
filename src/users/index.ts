export { type Principal, type Role, roles } from './principal.ts';
