import type { EndCodeName } from '../../../lambdas/contracts/end-codes.ts';
import type { SourceWarningCode } from '../../../lambdas/contracts/source-warnings.ts';

/** Topics of `docs/inputs.md` with their headings, in order. */
export const TOPICS = {
  containers: 'Containers and codecs',
  pictures: 'Sizes, orientation and pixel formats',
  colors: 'Colors and high dynamic range',
  rates: 'Frame rates and interlacing',
  sound: 'Sound and additional tracks',
  changes: 'Changes in the middle of a file',
  lengths: 'Lengths and starts',
  damage: 'Damaged and incomplete files',
  names: 'Object names',
  others: 'Files that are not videos',
} as const;

export type Topic = keyof typeof TOPICS;

/**
 * Kind of input that a test uploads, with its expected outcome. A kind that is neither refused nor ignored becomes `ready`,
 * with exactly these warnings.
 */
export interface InputKind {
  /** Description of the object, in plain words. */
  readonly name: string;
  readonly topic: Topic;
  /** Key of the object. @default any */
  readonly key?: string | undefined;
  /** Result for viewers, if it differs from the file. @default the same */
  readonly becomes?: string | undefined;
  /** Result for viewers of an accepted file, where that is not obvious. */
  readonly keeps?: string | undefined;
  /** @default none */
  readonly warnings?: readonly SourceWarningCode[] | undefined;
  /** Code of the rejection. @default accepted */
  readonly refused?: EndCodeName | undefined;
  /** Whether the object gets no video and no status. @default false */
  readonly ignored?: boolean | undefined;
  /** Possible differences on MediaConvert. @default nothing */
  readonly onMediaConvert?: string | undefined;
}

/** HDR on MediaConvert, whose documentation gives no numbers. */
export const OWN_CURVE = 'Bright parts may look slightly different: its tone curve is not documented in numbers.';
