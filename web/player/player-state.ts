import type { HlsVideoElement } from 'hls-video-element';
import type { AudioTrack } from './media-tracks.ts';

/** Where somebody is in a video, and how they watch it. */
export interface PlayerState {
  readonly seconds: number;
  readonly playing: boolean;
  readonly speed: number;
  /** Lines of the quality that was chosen; null where the player chooses. */
  readonly lines: number | null;
  /** Of the sound track; null where there is none to choose. */
  readonly sound: Pick<AudioTrack, 'label' | 'language'> | null;
}

export function capturePlayerState(element: HlsVideoElement): PlayerState {
  const { videoRenditions, audioTracks } = element;
  const quality = [...videoRenditions][videoRenditions.selectedIndex];
  const sound = [...audioTracks].find(({ enabled }) => enabled);
  return {
    seconds: element.currentTime,
    playing: !element.paused,
    speed: element.playbackRate,
    lines: quality?.height ?? null,
    sound: sound === undefined ? null : { label: sound.label, language: sound.language },
  };
}

/**
 * Takes a player that was given a new address, which has forgotten all of it, to a place once it can go there.
 *
 * @returns what keeps it from going there
 */
export function restorePlayerState(element: HlsVideoElement, place: PlayerState, arrived: () => void): (() => void) {
  const go = (): void => {
    const { videoRenditions, audioTracks } = element;
    const quality = [...videoRenditions].findIndex(({ height }) => height === place.lines);
    if (quality !== -1) videoRenditions.selectedIndex = quality;
    const sound = [...audioTracks].find(
      ({ label, language }) => label === place.sound?.label && language === place.sound.language,
    );
    if (sound !== undefined) sound.enabled = true;
    element.playbackRate = place.speed;
    element.currentTime = place.seconds;
    // A browser that lets nothing play by itself leaves that to the button.
    if (place.playing) element.play().catch(() => undefined);
    arrived();
  };
  element.addEventListener('loadedmetadata', go, { once: true });
  return () => element.removeEventListener('loadedmetadata', go);
}
