import { COLOR_CHANGE_KINDS } from './color-change-kinds.ts';
import { COLORED_KINDS } from './colored-kinds.ts';
import { MARKED_TRACK, STILL_IMAGES, TEN_CHANNELS } from './further-tracks.ts';
import type { InputKind } from './input-kind.ts';
import { IGNORED_OBJECTS, OBJECT_KEYS } from './object-names.ts';
import { ORIENTED_KINDS } from './oriented-kinds.ts';
import { PLAYABLE_KINDS } from './playable-kinds.ts';
import { rejectedFiles } from './rejected-files.ts';
import { REJECTED_KINDS } from './rejected-kinds.ts';

/** A list of kinds, and the test that uploads each of them and checks its outcome. */
export interface TestedList {
  readonly kinds: readonly InputKind[];
  /** The export that the test imports. */
  readonly name: string;
  /** Path from the root. */
  readonly test: string;
}

/** Every list in `docs/inputs.md`, in its order within a topic. */
export const TESTED_LISTS: readonly TestedList[] = [
  { kinds: PLAYABLE_KINDS, name: 'PLAYABLE_KINDS', test: 'test/chain/generated-kinds.test.ts' },
  { kinds: ORIENTED_KINDS, name: 'ORIENTED_KINDS', test: 'test/local/mediaconvert/encode/orientation.test.ts' },
  { kinds: COLORED_KINDS, name: 'COLORED_KINDS', test: 'test/local/mediaconvert/encode/colors.test.ts' },
  { kinds: COLOR_CHANGE_KINDS, name: 'COLOR_CHANGE_KINDS', test: 'test/local/mediaconvert/encode/color-changes.test.ts' },
  { kinds: [TEN_CHANNELS], name: 'TEN_CHANNELS', test: 'test/local/mediaconvert/encode/track-choice.test.ts' },
  { kinds: [MARKED_TRACK], name: 'MARKED_TRACK', test: 'test/local/mediaconvert/encode/track-choice.test.ts' },
  { kinds: STILL_IMAGES, name: 'STILL_IMAGES', test: 'test/local/mediaconvert/encode/track-choice.test.ts' },
  { kinds: REJECTED_KINDS, name: 'REJECTED_KINDS', test: 'test/chain/generated-kinds.test.ts' },
  { kinds: rejectedFiles('/secret'), name: 'rejectedFiles', test: 'test/chain/rejected-files.test.ts' },
  { kinds: OBJECT_KEYS, name: 'OBJECT_KEYS', test: 'test/chain/object-keys.test.ts' },
  { kinds: IGNORED_OBJECTS, name: 'IGNORED_OBJECTS', test: 'test/lambdas/transcode/transcode-upload.test.ts' },
];
