import type { AppContext } from './context.ts';
import type * as use from './site-use-cases.ts';

export interface SitesContext { readonly app: AppContext }
export function openSites(app: AppContext, _resources: AsyncDisposableStack): SitesContext { return { app }; }
type Any = readonly unknown[];
type U = use.SiteUseCases;
const no = (): never => { throw new Error('being built'); };
export async function estimateSite(..._: Any): ReturnType<U['estimate']> { return no(); }
export async function createSite(..._: Any): ReturnType<U['create']> { return no(); }
export async function createForPerson(..._: Any): ReturnType<U['createForPerson']> { return no(); }
export async function listSites(..._: Any): ReturnType<U['list']> { return no(); }
export async function getSiteView(..._: Any): ReturnType<U['get']> { return no(); }
export async function listExecutionViews(..._: Any): ReturnType<U['executions']> { return no(); }
export async function getExecutionView(..._: Any): ReturnType<U['execution']> { return no(); }
export async function followExecution(..._: Any): ReturnType<U['follow']> { return no(); }
export async function doExecution(..._: Any): ReturnType<U['execute']> { return no(); }
export async function cancel(..._: Any): ReturnType<U['cancel']> { return no(); }
export async function retry(..._: Any): ReturnType<U['retryStep']> { return no(); }
export async function skip(..._: Any): ReturnType<U['skipStep']> { return no(); }
export async function rerun(..._: Any): ReturnType<U['rerunFrom']> { return no(); }
export async function readLogOfStep(..._: Any): ReturnType<U['stepLog']> { return no(); }
export async function redeploy(..._: Any): ReturnType<U['redeploy']> { return no(); }
export async function rollback(..._: Any): ReturnType<U['rollback']> { return no(); }
export async function destroy(..._: Any): ReturnType<U['destroy']> { return no(); }
export async function doDestroy(..._: Any): ReturnType<U['executeDestroy']> { return no(); }
export async function listReleaseViews(..._: Any): ReturnType<U['releases']> { return no(); }
export async function diffSite(..._: Any): ReturnType<U['diff']> { return no(); }
export async function readSiteLogs(..._: Any): ReturnType<U['logs']> { return no(); }
export async function openArtefact(..._: Any): ReturnType<U['openArtefact']> { return no(); }
export async function chatWithSite(..._: Any): ReturnType<U['chat']> { return no(); }
export async function readChatHistory(..._: Any): ReturnType<U['chatHistory']> { return no(); }
export async function listUserSessions(..._: Any): ReturnType<U['userSessions']> { return no(); }
export async function listRoleFiles(..._: Any): ReturnType<U['roles']> { return no(); }
export async function reapSites(..._: Any): ReturnType<U['reap']> { return no(); }
export async function startSiteRunner(..._: Any): ReturnType<U['startRunner']> { return no(); }
