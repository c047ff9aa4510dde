export { type Fragment, type FragmentedTrack, readFragmentedTrack } from './fragmented-track.ts';
export { IsobmffError, type IsobmffErrorCode } from './isobmff-error.ts';
export { type Movie, type MovieTrack, parseMovie, readMovie } from './movie.ts';
export type { Rotation } from './tkhd.ts';
export { walkTopLevel, type WalkOptions } from './walk-top-level.ts';
export { uprightPatches } from './upright.ts';
