/** Every use case of sites; loaded when one is first used. */
export { chatWithSite, readChatHistory } from './sites-chat.ts';
export { openSites, type SitesContext } from './sites-context.ts';
export { createForPerson, createSite } from './sites-create.ts';
export { estimateSite } from './sites-estimate.ts';
export {
  getExecutionView,
  getSiteView,
  listExecutionViews,
  listReleaseViews,
  listSites,
  listUserSessions,
} from './sites-list.ts';
export {
  diffSite,
  listRoleFiles,
  openArtefact,
  readLogOfStep,
  readSiteLogs,
} from './sites-look.ts';
export { reapSites } from './sites-reap.ts';
export { doDestroy, doExecution, followExecution, startSiteRunner } from './sites-run.ts';
export { cancel, destroy, redeploy, rollback, steer } from './sites-steer.ts';
