import { parentPort, workerData } from 'node:worker_threads';
import { EdgeFunctionRealm } from './edge-function-realm.ts';

/** Code that the thread of a function is started with. */
export interface EdgeFunctionSource {
  readonly name: string;
  readonly code: string;
}

export interface EdgeFunctionCall {
  /** Event as JSON. */
  readonly eventText: string;
}

/** Message from the thread: `ready` once, then the outcome of each call as JSON, in order. */
export type EdgeFunctionMessage = { readonly type: 'ready' } | { readonly type: 'outcome'; readonly text: string };

const { name, code }: EdgeFunctionSource = workerData;
const realm = new EdgeFunctionRealm(name, code);

function post(message: EdgeFunctionMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
  parentPort?.postMessage(message);
}

parentPort?.on('message', ({ eventText }: EdgeFunctionCall) => post({ type: 'outcome', text: realm.run(eventText) }));
post({ type: 'ready' });
