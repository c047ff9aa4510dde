import type { ManifestParsedData } from 'hls.js';
import { Hls, type HlsVideoElement } from 'hls-video-element';
import { withHls } from './with-hls.ts';

/**
 * Keeps only the audio group that the playlist names first. A video with surround audio lists each variant once per
 * audio group (RFC 8216, 4.3.4.2.1), so that every quality would appear twice in the menu. Nothing is lost: browsers
 * downmix surround, and each group has every track.
 *
 * @returns a function that stops it
 */
export function keepOneAudioGroup(element: HlsVideoElement): (() => void) {
  return withHls(element, (hls) => {
    const keep = (_: typeof Hls.Events.MANIFEST_PARSED, { audioTracks, levels }: ManifestParsedData): void => {
      const kept = audioTracks[0]?.groupId;
      if (kept === undefined) return;
      const others = levels.flatMap(({ audioGroups }, index) =>
        audioGroups === undefined || audioGroups.includes(kept) ? [] : [index],
      );
      // From the last, since removing a level shifts those after it.
      for (const index of others.toReversed()) hls.removeLevel(index);
      const surplus = [...element.audioTracks].filter(({ id }) => audioTracks[Number(id)]?.groupId !== kept);
      for (const track of surplus) element.removeAudioTrack(track);
    };
    // Runs after the element's own listener, which reads its list from the same event.
    hls.on(Hls.Events.MANIFEST_PARSED, keep);
    return () => hls.off(Hls.Events.MANIFEST_PARSED, keep);
  });
}
