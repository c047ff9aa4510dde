import type { ChecksumAlgorithm } from './checksums.ts';

/** Requests to a writer thread, which handles them in order and responds to each. */
export type WriterRequest =
  | {
      readonly type: 'open';
      readonly body: number;
      readonly path: string;
      readonly algorithms: readonly ChecksumAlgorithm[];
      /** Buffers through which the bytes of the body pass. */
      readonly buffers: readonly SharedArrayBuffer[];
    }
  | { readonly type: 'write'; readonly body: number; readonly buffer: number; readonly sizeBytes: number }
  | { readonly type: 'finish'; readonly body: number }
  | { readonly type: 'abort'; readonly body: number };

export type WriterResponse =
  | { readonly type: 'done' }
  | {
      readonly type: 'finished';
      readonly md5: Uint8Array;
      readonly checksums: ReadonlyMap<ChecksumAlgorithm, string>;
    }
  | { readonly type: 'failed'; readonly message: string; readonly code: string | undefined };
