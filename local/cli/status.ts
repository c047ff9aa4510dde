import { listProgress, type UploadProgress } from '../../catalog/revisions/list-progress.ts';
import type { ReconcileResponse } from '../../lambdas/contracts/reconciliation.ts';
import { countNouns } from '../cloud/count-nouns.ts';
import { messageOf } from '../cloud/system-error.ts';
import { openCatalog } from './catalog.ts';
import { escapeControls, padToColumns, widestOf } from './columns.ts';
import { type AlarmStatus, describeAlarms } from './describe-alarms.ts';
import { formatDuration } from './format-duration.ts';
import { listQueues, type QueueStatus } from './list-queues.ts';
import { isRefusedConnection } from './refused-connection.ts';
import { readReconciliation } from './read-reconciliation.ts';
import type { Running } from './running.ts';
import { writeReconciliation } from './write-reconciliation.ts';

/** State of a running laptop cloud. */
export interface Status {
  readonly alarms: readonly AlarmStatus[];
  /** Uploads that have not ended, oldest first; undefined if the catalog cannot be read. */
  readonly videos: readonly UploadProgress[] | undefined;
  /** Why the catalog cannot be read. */
  readonly catalogError?: string;
  readonly queues: readonly QueueStatus[];
  /** Run in progress and last report of the reconciler; undefined if they cannot be read. */
  readonly reconciliation: ReconcileResponse | undefined;
  /** Why they cannot be read. */
  readonly reconciliationError?: string;
}

/** Reads the state of a running laptop cloud. @throws Error if it is not running */
export async function readStatus(running: Running): Promise<Status> {
  try {
    const [alarms, queues] = await Promise.all([describeAlarms(running), listQueues(running)]);
    return { alarms, queues, ...(await readVideos(running)), ...(await readReports(running)) };
  } catch (error) {
    if (!isRefusedConnection(error)) throw error;
    throw new Error(`Cannot connect to ${running.endpoint}. Is npm start running?`, { cause: error });
  }
}

/** A catalog that cannot be read is no reason to hide the alarms. */
async function readVideos(running: Running): Promise<Pick<Status, 'catalogError' | 'videos'>> {
  try {
    const uploads = await listProgress(openCatalog(running), new Date());
    return { videos: uploads.filter(({ endedAt }) => endedAt === null) };
  } catch (error) {
    return { videos: undefined, catalogError: messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error) };
  }
}

/** Reports that cannot be read, such as those of another version, hide nothing else either. */
async function readReports(running: Running): Promise<Pick<Status, 'reconciliation' | 'reconciliationError'>> {
  try {
    return { reconciliation: await readReconciliation(running) };
  } catch (error) {
    if (isRefusedConnection(error)) throw error;
    return { reconciliation: undefined, reconciliationError: messageOf(error) };
  }
}

/** Writes a state as text for a terminal. */
export function writeStatus({ alarms, videos, catalogError = '', queues, reconciliation, reconciliationError = '' }: Status, now: Date): string {
  const inWork = videos === undefined ? [`Videos: the catalog cannot be read: ${catalogError}`] : writeVideos(videos, now);
  const reports =
    reconciliation === undefined
      ? [`Reconciler: its report cannot be read: ${reconciliationError}`]
      : writeReconciliation(reconciliation, now);
  return [...writeAlarms(alarms, now), '', ...inWork, '', ...writeQueues(queues), '', ...reports].join('\n');
}

function writeAlarms(alarms: readonly AlarmStatus[], now: Date): readonly string[] {
  const raised = alarms.filter(({ state }) => state === 'ALARM');
  const pending = alarms.filter(({ state }) => state === 'INSUFFICIENT_DATA').length;
  if (alarms.length === 0) return ['Alarms: the template has none.'];
  const waits = pending === 0 ? '' : ` ${pending} of ${alarms.length} ${pending === 1 ? 'waits for its' : 'wait for their'} first evaluation, within a minute of the start.`;
  if (raised.length === 0) return [`Alarms: none of ${alarms.length} is raised.${waits}`];
  return [
    `Alarms: ${raised.length} of ${alarms.length} raised.${waits}`,
    ...raised.flatMap(({ name, description, reason, since }) => [
      `  ${name}, for ${formatDuration(now.getTime() - since.getTime())}`,
      `    ${description}`,
      `    ${reason}`,
    ]),
  ];
}

function writeVideos(videos: readonly UploadProgress[], now: Date): readonly string[] {
  if (videos.length === 0) return ['Videos: none in work.'];
  const names = videos.map(({ key }) => escapeControls(key));
  const width = widestOf(names);
  return [
    `Videos: ${videos.length} in work.`,
    ...videos.map(({ status, createdAt, failedAttempts }, index) => {
      const age = formatDuration(now.getTime() - createdAt.getTime());
      const code = failedAttempts.at(-1)?.code;
      const failed = code === undefined ? '' : `, after ${countNouns(failedAttempts.length, 'failed attempt')}, the last with ${code}`;
      return `  ${padToColumns(names[index] ?? '', width)}  ${status}, ${age} since the upload${failed}`;
    }),
  ];
}

function writeQueues(queues: readonly QueueStatus[]): readonly string[] {
  const used = queues.filter(({ waiting, inFlight, delayed }) => waiting + inFlight + delayed > 0);
  const dead = used.filter(({ isForDeadLetters }) => isForDeadLetters).length;
  if (used.length === 0) return [`Queues: all ${queues.length} are empty, those for dead letters too.`];
  const width = widestOf(used.map(({ name }) => name));
  return [
    `Queues: ${used.length} of ${queues.length} ${used.length === 1 ? 'holds' : 'hold'} messages${dead === 0 ? ', none of them dead letters' : ''}.`,
    ...used.map(({ name, isForDeadLetters, waiting, inFlight, delayed }) => {
      const counts = `${waiting} waiting, ${inFlight} in flight, ${delayed} delayed`;
      return `  ${padToColumns(name, width)}  ${counts}${isForDeadLetters ? ' (dead letters)' : ''}`;
    }),
  ];
}
