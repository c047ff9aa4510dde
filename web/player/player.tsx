import type { HlsVideoElement } from 'hls-video-element';
import type { MediaController } from 'media-chrome/dist/media-controller.js';
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import './elements.ts';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { ErrorPanel } from '../shell/error-panel.tsx';
import { isStorageBlocked } from '../shell/local-storage.ts';
import { language, t } from '../texts/texts.ts';
import { createPlaybackRecovery, stopLoading } from './playback-recovery.ts';
import { SettingsMenu } from './settings-menu.tsx';
import { isUpright } from '../../media/orientation.ts';
import { chooseStream } from './choose-stream.ts';
import { keepPosition } from './keep-position.ts';
import { listenToShortcuts } from './listen-to-shortcuts.ts';
import { RETRIES_THROTTLED } from './retry-throttled.ts';
import { stepRangesByKeys } from './range-keys.ts';
import { syncAfterReturn } from './sync-after-return.ts';
import { showNamesAsTooltips } from './tooltips.ts';
import { turnUpright } from './turn-upright.ts';

export interface PlayerProps {
  readonly playback: Playback;
  /** The poster already shown on the page, so that the image does not change. */
  readonly posterUrl: string | null;
  /** Time at which the URL of the page starts the video; null if it names none. */
  readonly startSeconds: number | null;
  /** Frames per second; null if unknown. */
  readonly frameRate: number | null;
}

const SEEK_SECONDS = 10;

/** Icon that draws the number: the player's own icon has it as text, which screen readers read besides the label. */
function SeekIcon({ backward = false }: { backward?: boolean }): VNode {
  return (
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
}

/** Picture-in-picture shows a turned picture as it is stored, so it is not offered there. */
function Controls({ showsPictureInPicture }: { showsPictureInPicture: boolean }): VNode {
  return (
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
        {showsPictureInPicture && <media-pip-button />}
        <media-fullscreen-button />
      </media-control-bar>
    </>
  );
}

/** Player of a video, which renews an expired signature and continues. */
export function Player({ playback, posterUrl, startSeconds, frameRate }: PlayerProps): VNode {
  const controller = useRef<MediaController>(null);
  const video = useRef<HlsVideoElement>(null);
  const shownFrameRate = useRef(frameRate);
  shownFrameRate.current = frameRate;
  const recovery = useMemo(() => createPlaybackRecovery(playback), []);
  useLayoutEffect(() => {
    if (recovery.playback.peek() !== playback) recovery.change(playback);
  }, [playback]);
  const error = recovery.error.value;
  const { storyboardUrl } = recovery.playback.value;
  const stream = chooseStream(recovery.playback.value);
  const hlsUrl = stream?.hlsUrl;
  const poster = posterUrl ?? playback.posterUrl;
  const isTurned = stream !== undefined && !isUpright(stream.orientation);
  // A layout effect, to run before the first response, which from a nearby edge can arrive before the next frame.
  useLayoutEffect(() => (video.current === null ? undefined : recovery.watch(video.current)), [recovery, hlsUrl]);
  useLayoutEffect(() => {
    if (stream === undefined || video.current === null) return undefined;
    return turnUpright(video.current.nativeEl, stream.orientation);
  }, [hlsUrl]);
  useLayoutEffect(() => {
    const element = video.current;
    if (element === null || controller.current === null) return undefined;
    const cleanups = [
      listenToShortcuts(controller.current, () => shownFrameRate.current),
      keepPosition(element, playback.videoId, startSeconds),
      showNamesAsTooltips(controller.current),
      stepRangesByKeys(controller.current),
      syncAfterReturn(element),
    ];
    return () => {
      for (const cleanup of cleanups) cleanup();
      stopLoading(element);
    };
  }, []);
  const shownStart = useRef(startSeconds);
  useEffect(() => {
    // A link to another time of the same video was opened.
    if (startSeconds !== null && startSeconds !== shownStart.current && video.current !== null) {
      video.current.currentTime = startSeconds;
    }
    shownStart.current = startSeconds;
  }, [startSeconds]);
  return (
    <>
      <media-controller
        ref={controller}
        class="player"
        lang={language}
        nohotkeys
        nosubtitleslangpref={isStorageBlocked()}
      >
        <hls-video ref={video} config={RETRIES_THROTTLED} slot="media" src={hlsUrl} preload="metadata" playsinline>
          {storyboardUrl !== null && <track key={storyboardUrl} kind="metadata" label="thumbnails" default src={storyboardUrl} />}
        </hls-video>
        {poster !== null && <media-poster-image slot="poster" src={poster} />}
        <div slot="centered-chrome" class="player-center">
          <media-loading-indicator noautohide />
          <media-play-button class="player-big" />
        </div>
        <media-error-dialog slot="dialog" />
        <SettingsMenu />
        <Controls showsPictureInPicture={!isTurned} />
      </media-controller>
      {error !== null && (
        <div class="player-error">
          <ErrorPanel title={t.player.cannotPlay} error={error} onRetry={() => void recovery.renew()} />
        </div>
      )}
    </>
  );
}
