import { parentPort, workerData } from 'node:worker_threads';
import { EdgeFunctionRealm } from './edge-function-realm.ts';

/** What the thread of a function is started with. */
export interface EdgeFunctionSource {
  readonly name: string;
  readonly code: string;
}

export interface EdgeFunctionCall {
  /** JSON. */
  readonly eventText: string;
}

/** The thread tells once that it takes calls; then it answers each in the order in which they came, with JSON. */
export type EdgeFunctionMessage = { readonly type: 'ready' } | { readonly type: 'outcome'; readonly text: string };

const { name, code }: EdgeFunctionSource = workerData;
const realm = new EdgeFunctionRealm(name, code);

function post(message: EdgeFunctionMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
  parentPort?.postMessage(message);
}

parentPort?.on('message', ({ eventText }: EdgeFunctionCall) => post({ type: 'outcome', text: realm.run(eventText) }));
post({ type: 'ready' });
