import type { SqlResult, SqlStatement } from './sql-engine.ts';

/** Messages between the engine and the worker thread that holds the database. */
export type WorkerRequest =
  | {
      readonly id: number;
      readonly type: 'query';
      readonly statement: SqlStatement;
      /** Role whose rights the statement has. @default that of the last statement, for the ends of transactions */
      readonly user?: string;
    }
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
      /** Whether PostgreSQL has ended, as when it cannot write its log to a full disk. */
      readonly isPanic: boolean;
    }
  | { readonly id: number; readonly type: 'saved' }
  | { readonly id: number; readonly type: 'closed' };

export type WorkerMessage =
  | WorkerResponse
  | { readonly type: 'ready' }
  /** The cluster cannot be opened, for the reason that PostgreSQL gives. */
  | { readonly type: 'failed'; readonly message: string };
