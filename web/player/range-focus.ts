import { MediaChromeRange } from 'media-chrome/dist/media-chrome-range.js';

const { getTemplateHTML } = MediaChromeRange;

/**
 * Returns the HTML of a range with a focus ring in CSS. The element's own ring is set by a listener for `focusin`, at
 * which time `:focus-visible` does not match yet in WebKit.
 */
MediaChromeRange.getTemplateHTML = function withFocusRing(this: typeof MediaChromeRange, attributes): string {
  return `${getTemplateHTML.call(this, attributes)}
  <style>
    :host { box-shadow: none; }
    #range:focus-visible { border-radius: 4px; box-shadow: var(--media-focus-box-shadow); }
  </style>`;
};
