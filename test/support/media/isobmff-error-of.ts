import { IsobmffError } from '../../../media/isobmff/isobmff-error.ts';

/** Returns the code of the error that a reader throws. */
export function isobmffErrorOf(run: () => Promise<unknown>): Promise<string> {
  return run().then(
    () => 'no error',
    (error: unknown) => (error instanceof IsobmffError ? error.code : `not typed: ${String(error)}`),
  );
}
