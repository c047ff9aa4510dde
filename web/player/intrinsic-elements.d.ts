import type { HlsVideoElement } from 'hls-video-element';
import type { MediaController } from 'media-chrome/dist/media-controller.js';
import type { MediaKeyboardShortcutsDialog } from 'media-chrome/dist/media-keyboard-shortcuts-dialog.js';
import type { ComponentChildren, Ref } from 'preact';

interface PlayerPart {
  children?: ComponentChildren;
  class?: string;
  slot?: string;
  hidden?: boolean;
  'aria-label'?: string;
}

/** The parts of the player, as far as they are used. https://www.media-chrome.org/docs/en/components */
declare global {
  namespace preact.JSX {
    interface IntrinsicElements {
      'hls-video': PlayerPart & {
        ref?: Ref<HlsVideoElement>;
        src?: string;
        preload?: 'auto' | 'metadata' | 'none';
        playsinline?: boolean;
      };
      'media-controller': PlayerPart & { ref?: Ref<MediaController>; lang?: string };
      'media-audio-track-menu': PlayerPart;
      'media-captions-button': PlayerPart;
      'media-captions-menu': PlayerPart;
      'media-control-bar': PlayerPart;
      'media-error-dialog': PlayerPart;
      'media-fullscreen-button': PlayerPart;
      'media-keyboard-shortcuts-dialog': PlayerPart & { ref?: Ref<MediaKeyboardShortcutsDialog>; id?: string };
      'media-loading-indicator': PlayerPart & { noautohide?: boolean };
      'media-mute-button': PlayerPart;
      'media-pip-button': PlayerPart;
      'media-play-button': PlayerPart;
      'media-playback-rate-menu': PlayerPart & { rates?: string };
      'media-poster-image': PlayerPart & { src?: string };
      'media-preview-thumbnail': PlayerPart;
      'media-preview-time-display': PlayerPart;
      'media-rendition-menu': PlayerPart;
      'media-seek-backward-button': PlayerPart & { seekoffset?: number };
      'media-seek-forward-button': PlayerPart & { seekoffset?: number };
      'media-settings-menu': PlayerPart & { ref?: Ref<HTMLElement>; anchor?: string };
      'media-settings-menu-button': PlayerPart;
      'media-settings-menu-item': PlayerPart & {
        /** The id of what it opens. */
        invoketarget?: string;
      };
      'media-time-display': PlayerPart & { showduration?: boolean; notoggle?: boolean };
      'media-time-range': PlayerPart;
      'media-volume-range': PlayerPart;
    }
  }
}
