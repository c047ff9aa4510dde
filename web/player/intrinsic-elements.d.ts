import type { HlsVideoElement } from 'hls-video-element';
import type { MediaController } from 'media-chrome/dist/media-controller.js';
import type { ComponentChildren, Ref } from 'preact';

interface PlayerElement {
  children?: ComponentChildren;
  class?: string;
  slot?: string;
  hidden?: boolean;
  'aria-label'?: string;
}

/** Elements of the player that are used here. https://www.media-chrome.org/docs/en/components */
declare global {
  namespace preact.JSX {
    interface IntrinsicElements {
      'hls-video': PlayerElement & {
        ref?: Ref<HlsVideoElement>;
        /** Configuration of hls.js. */
        config?: HlsVideoElement['config'];
        src?: string;
        preload?: 'auto' | 'metadata' | 'none';
        playsinline?: boolean;
      };
      'media-controller': PlayerElement & {
        ref?: Ref<MediaController>;
        lang?: string;
        /** Whether to leave all keys to the page. */
        nohotkeys?: boolean;
        /** Whether not to store the language of the chosen captions. */
        nosubtitleslangpref?: boolean;
      };
      'media-audio-track-menu': PlayerElement;
      'media-captions-button': PlayerElement;
      'media-captions-menu': PlayerElement;
      'media-control-bar': PlayerElement;
      'media-error-dialog': PlayerElement;
      'media-fullscreen-button': PlayerElement;
      'media-loading-indicator': PlayerElement & { noautohide?: boolean };
      'media-mute-button': PlayerElement;
      'media-pip-button': PlayerElement;
      'media-play-button': PlayerElement;
      'media-playback-rate-menu': PlayerElement & { rates?: string };
      'media-poster-image': PlayerElement & { src?: string };
      'media-preview-thumbnail': PlayerElement;
      'media-preview-time-display': PlayerElement;
      'media-rendition-menu': PlayerElement;
      'media-seek-backward-button': PlayerElement & { seekoffset?: number };
      'media-seek-forward-button': PlayerElement & { seekoffset?: number };
      'media-settings-menu': PlayerElement & { ref?: Ref<HTMLElement>; anchor?: string };
      'media-settings-menu-button': PlayerElement;
      'media-settings-menu-item': PlayerElement & {
        /** Id of the element that it opens. */
        invoketarget?: string;
      };
      'media-time-display': PlayerElement & { showduration?: boolean; notoggle?: boolean };
      'media-time-range': PlayerElement;
      'media-volume-range': PlayerElement;
    }
  }
}
