import type { ManifestParsedData } from 'hls.js';
import { Hls, type HlsVideoElement } from 'hls-video-element';
import { withHls } from './with-hls.ts';

/**
 * A video with surround sound has each picture twice, once for each group of sounds (RFC 8216, 4.3.4.2.1). Browsers mix
 * surround down, so that the choice of quality would hold everything twice for nothing: of the groups, each of which has
 * every track, only the one that the playlist names first is kept.
 *
 * @returns what ends it
 */
export function keepOneAudioGroup(element: HlsVideoElement): (() => void) {
  return withHls(element, (hls) => {
    const keep = (_: typeof Hls.Events.MANIFEST_PARSED, { audioTracks, levels }: ManifestParsedData): void => {
      const kept = audioTracks[0]?.groupId;
      if (kept === undefined) return;
      const others = levels.flatMap(({ audioGroups }, index) =>
        audioGroups === undefined || audioGroups.includes(kept) ? [] : [index],
      );
      // From the last on, since those that follow move up.
      for (const index of others.toReversed()) hls.removeLevel(index);
      const surplus = [...element.audioTracks].filter(({ id }) => audioTracks[Number(id)]?.groupId !== kept);
      for (const track of surplus) element.removeAudioTrack(track);
    };
    // After the element, which takes its own list from the same event.
    hls.on(Hls.Events.MANIFEST_PARSED, keep);
    return () => hls.off(Hls.Events.MANIFEST_PARSED, keep);
  });
}
