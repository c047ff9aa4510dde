import { inputOptions, type LocalMedia } from '../probe/ffprobe.ts';

/** A file with a stream for each audio output, and its start after that of the source. */
export interface SteadySound extends LocalMedia {
  readonly offsetSeconds: number;
}

/** Files that a plan reads. */
export interface PlanInputs {
  readonly media: LocalMedia;
  /** Conformed sound, if the layout or sampling rate changes within the source. */
  readonly steadySound?: SteadySound;
}

/** Returns the arguments for the inputs of a plan. */
export function planInputs({ media, steadySound }: PlanInputs): string[] {
  if (steadySound === undefined) return inputArguments(media);
  return [...inputArguments(media), '-itsoffset', steadySound.offsetSeconds.toFixed(6), ...inputArguments(steadySound)];
}

function inputArguments(media: LocalMedia): string[] {
  return [...inputOptions(media), '-i', `file:${media.path}`];
}
