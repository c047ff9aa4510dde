import type { HlsVideoElement } from 'hls-video-element';
import type { AudioTrack } from './media-tracks.ts';

/** Position and settings of a player. */
export interface PlayerState {
  readonly seconds: number;
  readonly playing: boolean;
  readonly speed: number;
  /** Height of the chosen quality, in pixels; null while the player chooses automatically. */
  readonly height: number | null;
  /** The enabled audio track; null if there is none to choose. */
  readonly audio: Pick<AudioTrack, 'label' | 'language'> | null;
}

export function capturePlayerState(element: HlsVideoElement): PlayerState {
  const { videoRenditions, audioTracks } = element;
  const quality = [...videoRenditions][videoRenditions.selectedIndex];
  const audio = [...audioTracks].find(({ enabled }) => enabled);
  return {
    seconds: element.currentTime,
    playing: !element.paused,
    speed: element.playbackRate,
    height: quality?.height ?? null,
    audio: audio === undefined ? null : { label: audio.label, language: audio.language },
  };
}

/**
 * Restores the state of a player once it has loaded: setting a new `src` resets it.
 *
 * @returns a function that cancels the restoration
 */
export function restorePlayerState(element: HlsVideoElement, state: PlayerState, onRestored: () => void): (() => void) {
  const restore = (): void => {
    const { videoRenditions, audioTracks } = element;
    const quality = [...videoRenditions].findIndex(({ height }) => height === state.height);
    if (quality !== -1) videoRenditions.selectedIndex = quality;
    const audio = [...audioTracks].find(
      ({ label, language }) => label === state.audio?.label && language === state.audio.language,
    );
    if (audio !== undefined) audio.enabled = true;
    element.playbackRate = state.speed;
    element.currentTime = state.seconds;
    // If the browser blocks autoplay, the user presses the play button.
    if (state.playing) element.play().catch(() => undefined);
    onRestored();
  };
  element.addEventListener('loadedmetadata', restore, { once: true });
  return () => element.removeEventListener('loadedmetadata', restore);
}
