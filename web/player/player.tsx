import type { HlsVideoElement } from 'hls-video-element';
import type { MediaController } from 'media-chrome/dist/media-controller.js';
import type { MediaKeyboardShortcutsDialog } from 'media-chrome/dist/media-keyboard-shortcuts-dialog.js';
import type { VNode } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import './elements.ts';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { ErrorPanel } from '../shell/error-panel.tsx';
import { language, t } from '../texts/texts.ts';
import { createPlaybackRecovery, stopLoading } from './playback-recovery.ts';
import { SettingsMenu, SHORTCUTS_ID } from './settings-menu.tsx';
import { listenToShortcuts } from './shortcuts.ts';

export interface PlayerProps {
  readonly playback: Playback;
  /** The poster already shown on the page, so that the image does not change. */
  readonly posterUrl: string | null;
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

function Controls(): VNode {
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
        <media-pip-button />
        <media-fullscreen-button />
      </media-control-bar>
    </>
  );
}

/** Player of a video, which renews an expired signature and continues. */
export function Player({ playback, posterUrl }: PlayerProps): VNode {
  const controller = useRef<MediaController>(null);
  const video = useRef<HlsVideoElement>(null);
  const shortcuts = useRef<MediaKeyboardShortcutsDialog>(null);
  const recovery = useMemo(() => createPlaybackRecovery(playback), [playback]);
  const error = recovery.error.value;
  const { hlsUrl, storyboardUrl } = recovery.playback.value;
  // A layout effect, to run before the first response, which from a nearby edge can arrive before the next frame.
  useLayoutEffect(() => (video.current === null ? undefined : recovery.watch(video.current)), [recovery, hlsUrl]);
  useLayoutEffect(() => {
    const element = video.current;
    if (element === null || controller.current === null || shortcuts.current === null) return undefined;
    const stopListening = listenToShortcuts(controller.current, shortcuts.current);
    return () => {
      stopListening();
      stopLoading(element);
    };
  }, []);
  return (
    <>
      <media-controller ref={controller} class="player" lang={language}>
        <hls-video ref={video} slot="media" src={hlsUrl} preload="metadata" playsinline>
          <track key={storyboardUrl} kind="metadata" label="thumbnails" default src={storyboardUrl} />
        </hls-video>
        <media-poster-image slot="poster" src={posterUrl ?? playback.posterUrl} />
        <div slot="centered-chrome" class="player-center">
          <media-loading-indicator noautohide />
          <media-play-button class="player-big" />
        </div>
        <media-error-dialog slot="dialog" />
        <media-keyboard-shortcuts-dialog
          ref={shortcuts}
          id={SHORTCUTS_ID}
          slot="dialog"
          aria-label={t.player.shortcuts}
        />
        <SettingsMenu />
        <Controls />
      </media-controller>
      {error !== null && (
        <div class="player-error">
          <ErrorPanel title={t.player.cannotPlay} error={error} onRetry={() => void recovery.renew()} />
        </div>
      )}
    </>
  );
}
