import { useSignal } from '@preact/signals';
import type { HlsVideoElement } from 'hls-video-element';
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import './elements.ts';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { asApiError, localError, type ApiError } from '../api/problem.ts';
import { getPlayback } from '../api/videos.ts';
import { Trouble } from '../shell/trouble.tsx';
import { language, t } from '../texts/texts.ts';
import { keepOneSoundGroup } from './one-sound-group.ts';
import { resumeAt, watchForTrouble } from './recovery.ts';
import { SettingsMenu } from './settings-menu.tsx';

export interface PlayerProps {
  readonly playback: Playback;
  /** One that was shown before, so that the picture does not change. */
  readonly posterUrl: string | null;
}

const SEEK_SECONDS = 10;
/** A fresh signature that is refused too will not get better by yet another. */
const RENEWAL_PAUSE_MS = 30_000;

/** Ten seconds, drawn: the player's own has the number as text, which is read out beside a label that has it too. */
const SeekIcon = ({ backward = false }: { backward?: boolean }): VNode => (
  <svg
    slot="icon"
    class="player-seek-icon"
    viewBox="0 0 24 24"
    stroke="currentColor"
    stroke-width="1.6"
    stroke-linecap="round"
    aria-hidden="true"
  >
    <path
      d="M12 5a7.5 7.5 0 1 1-7.5 7.5M12 5l3-3M12 5l3 3"
      transform={backward ? undefined : 'matrix(-1 0 0 1 24 0)'}
    />
    <path d="m8.75 11 1.25-.8v5.1" />
    <ellipse cx="13.9" cy="12.75" rx="1.65" ry="2.55" />
  </svg>
);

const Controls = (): VNode => (
  <>
    <media-time-range class="player-seek">
      <media-preview-thumbnail slot="preview" />
      <media-preview-time-display slot="preview" />
    </media-time-range>
    <media-control-bar>
      <media-play-button />
      <media-seek-backward-button class="player-wide" seekoffset={SEEK_SECONDS}>
        <SeekIcon backward />
      </media-seek-backward-button>
      <media-seek-forward-button class="player-wide" seekoffset={SEEK_SECONDS}>
        <SeekIcon />
      </media-seek-forward-button>
      <media-mute-button />
      <media-volume-range class="player-wide" />
      <media-time-display showduration notoggle />
      <span class="player-space" />
      <media-captions-button />
      <media-settings-menu-button />
      <media-pip-button />
      <media-fullscreen-button />
    </media-control-bar>
  </>
);

/** Plays a video, and goes on with a new signature when the one it began with has expired. */
export const Player = ({ playback, posterUrl }: PlayerProps): VNode => {
  const video = useRef<HlsVideoElement>(null);
  const current = useSignal(playback);
  const error = useSignal<ApiError | null>(null);
  const renewedAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    current.value = playback;
  }, [playback, current]);

  const renew = async (): Promise<void> => {
    const element = video.current;
    const [seconds, playing] = [element?.currentTime ?? 0, element?.paused === false];
    try {
      const renewed = await getPlayback(playback.videoId);
      renewedAt.current = performance.now();
      error.value = null;
      if (element !== null && seconds > 0) resumeAt(element, seconds, playing);
      current.value = renewed;
    } catch (reason) {
      error.value = asApiError(reason);
    }
  };

  const { hlsUrl, storyboardUrl } = current.value;
  // Before the first answer can come, which from near by is sooner than the next frame.
  useLayoutEffect(() => {
    const element = video.current;
    if (element === null) return undefined;
    const letAll = keepOneSoundGroup(element);
    const stopWatching = watchForTrouble(element, (trouble) => {
      const again = performance.now() - renewedAt.current < RENEWAL_PAUSE_MS;
      if (trouble === 'expired' && !again) void renew();
      else error.value = localError('not_playing', 'The video could not be loaded.');
    });
    return () => {
      letAll();
      stopWatching();
    };
  }, [hlsUrl]);

  return (
    <>
      <media-controller class="player" lang={language}>
        <hls-video ref={video} slot="media" src={hlsUrl} preload="metadata" playsinline>
          <track key={storyboardUrl} kind="metadata" label="thumbnails" default src={storyboardUrl} />
        </hls-video>
        <media-poster-image slot="poster" src={posterUrl ?? playback.posterUrl} />
        <div slot="centered-chrome" class="player-center">
          <media-loading-indicator noautohide />
          <media-play-button class="player-big" />
        </div>
        <media-error-dialog slot="dialog" />
        <SettingsMenu />
        <Controls />
      </media-controller>
      {error.value !== null && (
        <div class="player-trouble">
          <Trouble title={t.player.cannotPlay} error={error.value} onRetry={() => void renew()} />
        </div>
      )}
    </>
  );
};
