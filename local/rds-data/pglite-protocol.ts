import type { SqlResult, SqlStatement } from './sql-engine.ts';

/** Messages between the engine and the worker thread that holds the database. */
export type WorkerRequest =
  | { readonly id: number; readonly type: 'query'; readonly statement: SqlStatement }
  | { readonly id: number; readonly type: 'save'; readonly file: string }
  | { readonly id: number; readonly type: 'close' };

export type WorkerResponse =
  | { readonly id: number; readonly type: 'result'; readonly result: SqlResult }
  | {
      readonly id: number;
      readonly type: 'error';
      readonly message: string;
      readonly sqlState: string;
      readonly detail?: string;
    }
  | { readonly id: number; readonly type: 'saved' }
  | { readonly id: number; readonly type: 'closed' };

export type WorkerMessage = WorkerResponse | { readonly type: 'ready' };
