export type { JobInput } from './add-job.ts';
export type { RuleInput } from './permission-rules.ts';
export type { Accounts, InvitationLink, InvitedView } from './accounts.ts';
export type { Actor, RecordInput } from './accounts-context.ts';
export type { LoggedIn } from './accounts-log-in.ts';
export type { Credential, Principal, Ticket } from '../users/index.ts';
export { LoginRequiredError } from '../users/index.ts';
export type { AnswerInput } from './questions.ts';
export type { Question } from '../jobs/index.ts';
export { answersTo } from '../jobs/index.ts';
export { App, type RetryInput } from './app.ts';
export type { Attachment } from './attach.ts';
export { auditedFacts } from './audited-facts.ts';
export type { Check } from './doctor.ts';
export type { AttemptChoice } from './find-recording.ts';
export type { JobLog } from './job-log.ts';
export type { KeptRecording, Pruned, PruneInput } from './keep-recordings.ts';
export { parseTime, toTime } from './to-time.ts';
export { openApp, type OpenOptions } from './open-app.ts';
export type { JobRecording } from './recordings.ts';
export type { ReplayTerminal, ReplayTerminalOptions } from './replay-terminal.ts';
export type { AgentExplanation } from './explain-agent.ts';
export type { SessionHealth } from './session-agent.ts';
export type { WorkerInput } from './start-worker.ts';
export { nothingUsed, type UsageInput } from './usage.ts';
export { toTotalView, toUsageReportView } from './usage-views.ts';
export {
  toAgentView,
  toAttemptView,
  toErrorView,
  toEventView,
  toJobRecordingView,
  toJobView,
  toQuestionView,
  toRecordingView,
  toRunView,
  toSessionView,
} from './to-view.ts';
export {
  type Job,
  type JobError,
  type JobStatus,
  type Total,
  totalOf,
  type UsageGroup,
  type UsageLine,
} from '../jobs/index.ts';
export type { Frame } from '../recordings/index.ts';
export type { Session } from '../sessions/index.ts';
export type { StoredEvent } from '../store/index.ts';
export type { ChatEntry, ChatMessage, PromptView } from './chat.ts';
export type { ChosenJobs, JobSearch } from './job-board.ts';
export type { LiveAgentPage, LiveAgentQuery } from './live-agents.ts';
export type { Visibility } from '../sessions/index.ts';
export type { Backup, BackupProgress } from './back-up.ts';
export type { Restored, RestoreWish } from './restore.ts';
export { restoreBackup } from './restore-backup.ts';
export type { EventFeed, FeedListQuery, FeedRead } from './feed.ts';
export type { Terminals } from './lazy-terminals.ts';
export type { Readiness } from './check-readiness.ts';
export type { FileListView } from './files.ts';
export type { LocalTerminal } from './open-local-terminal.ts';
export type { ListedRecording, RecordingQuery } from './page-recordings.ts';
export type { OpenedFile } from '../sessions/index.ts';
export type * from './site-use-cases.ts';
