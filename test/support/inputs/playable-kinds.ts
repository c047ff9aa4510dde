import { CHANGING_KINDS } from './changing-kinds.ts';
import { CONTAINER_KINDS } from './container-kinds.ts';
import { DAMAGED_KINDS } from './damaged-kinds.ts';
import { LENGTH_KINDS } from './length-kinds.ts';
import { PICTURE_KINDS } from './picture-kinds.ts';
import type { PlayableKind } from './playable-kind.ts';
import { RATE_KINDS } from './rate-kinds.ts';
import { SOUND_KINDS } from './sound-kinds.ts';

/** Kinds that the whole chain makes ready. */
export const PLAYABLE_KINDS: readonly PlayableKind[] = [
  ...CONTAINER_KINDS,
  ...PICTURE_KINDS,
  ...RATE_KINDS,
  ...SOUND_KINDS,
  ...CHANGING_KINDS,
  ...LENGTH_KINDS,
  ...DAMAGED_KINDS,
];
