import type { SourceFacts } from '../../catalog/schema/source-facts.ts';
import type { KeptTracks } from '../../media/containers/kept-tracks.ts';
import type { FoundWarning } from '../contracts/source-warnings.ts';

/** Returns the positions of the tracks that no warning leaves out; one that outlasts the others may be cut. */
export function keptTracks({ videoTrack, audio }: SourceFacts, warnings: readonly FoundWarning[]): KeptTracks {
  const { number, of } = videoTrack ?? { number: 1, of: 1 };
  const warnedOf = (...codes: FoundWarning['code'][]): ReadonlySet<number | undefined> =>
    new Set(warnings.filter(({ code }) => codes.includes(code)).map(({ track }) => track));
  const skipped = warnedOf('sound_track_skipped', 'sound_tracks_limited');
  const longer = warnedOf('tracks_differ_in_length');
  const sound = audio.flatMap((_, position) =>
    skipped.has(position + 1) ? [] : [{ position, count: audio.length, mayBeCut: longer.has(position + 1) }],
  );
  return { video: { position: number - 1, count: of }, sound };
}
