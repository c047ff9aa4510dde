import type { SourceFacts } from '../../catalog/schema/source-facts.ts';
import { planColor } from '../../media/color/plan-color.ts';
import type { FoundWarning } from '../contracts/source-warnings.ts';
import { findLongerSound } from './find-longer-sound.ts';
import { selectSound } from './select-sound.ts';

/**
 * Lists what the video of a source will lack.
 *
 * @param undecodable numbers of sound tracks that the encoder could not decode at earlier attempts
 */
export function findWarnings(
  { audio, video, videoTrack, subtitleTracks = 0, embeddedCaptions = false }: SourceFacts,
  undecodable: ReadonlySet<number> = new Set(),
): FoundWarning[] {
  const { warnings } = selectSound(audio, undecodable);
  const left = new Set(warnings.filter(({ code }) => LEFT_OUT.has(code)).map(({ track }) => track));
  const kept = audio.map((facts, index) => ({ track: index + 1, facts })).filter(({ track }) => !left.has(track));
  return [
    ...findSkippedVideos(videoTrack),
    ...warnings,
    ...findLongerSound(video, kept),
    ...Array.from({ length: subtitleTracks }, (_, index) => ({ code: 'subtitles_skipped' as const, track: index + 1 })),
    ...(embeddedCaptions ? [{ code: 'subtitles_skipped' as const }] : []),
    ...(video.mirrored === true ? [{ code: 'mirror_not_applied' as const }] : []),
    ...(video.colorChange === undefined ? [] : [{ code: 'colors_change' as const, ...startOf(video.colorChange) }]),
    ...(planColor(video, video).approximate ? [{ code: 'colors_approximated' as const }] : []),
  ];
}

function startOf({ startMs }: { readonly startMs?: number }): Pick<FoundWarning, 'startMs'> {
  return startMs === undefined ? {} : { startMs };
}

/** Codes for sound tracks that are left out entirely. */
const LEFT_OUT: ReadonlySet<string> = new Set(['sound_track_skipped', 'sound_tracks_limited']);

function findSkippedVideos({ number, of }: SourceFacts['videoTrack'] = { number: 1, of: 1 }): FoundWarning[] {
  const numbers = Array.from({ length: of }, (_, index) => index + 1);
  return numbers.filter((track) => track !== number).map((track) => ({ code: 'video_track_skipped', track }));
}
