import { isUpright, type Orientation } from '../../media/orientation.ts';

/**
 * Turns a picture that a browser shows as it is stored, so that it is upright in its parent's box: as large as it fits, centered,
 * in the aspect ratio that the browser knows for its pixels. The box may change its size at any time, and be full screen. An
 * upright picture is left as it is.
 *
 * All of it is CSS. The element gets the sides of its parent's box, swapped, in units of that box
 * (https://www.w3.org/TR/css-conditional-5/#container-lengths), and is turned. `object-fit: contain`, the default of a video,
 * does the rest. CSS does not reach everything:
 *
 * - Picture-in-picture shows the picture as it is stored: "Styles applied to video (such as opacity, visibility, transform, etc.)
 *   MUST NOT apply in the Picture-in-Picture window" (https://www.w3.org/TR/picture-in-picture/#request-pip).
 * - So does full screen of the element itself, whose default style is `transform: none !important`
 *   (https://fullscreen.spec.whatwg.org/#user-agent-level-style-sheet-defaults), and the native one of phones. In full screen of
 *   the parent, the picture is upright.
 * - So does a television by AirPlay, which loads the playlist itself.
 * - `controls`, `poster` and captions that the browser draws inside the element turn with the picture.
 *
 * @param video element whose parent is positioned, has no padding, and has a size that does not depend on its content
 * @param orientation how the source shows the stored picture
 * @returns a function that restores the styles
 */
export function turnUpright(video: HTMLElement, orientation: Orientation): () => void {
  if (isUpright(orientation)) return () => undefined;
  const { rotation, mirrored } = orientation;
  const isSideways = rotation === 90 || rotation === 270;
  // Functions apply from the last to the first: rotated, then mirrored.
  const transform = `${mirrored ? 'scaleX(-1) ' : ''}rotate(${rotation}deg)`;
  const restores = [setStyles(video, { transform, ...(isSideways ? SIDEWAYS : {}) })];
  if (isSideways && video.parentElement !== null) restores.push(setStyles(video.parentElement, { 'container-type': 'size' }));
  return () => {
    for (const restore of restores) restore();
  };
}

/** A box with the sides of the parent's, swapped, at the same center. */
const SIDEWAYS = {
  position: 'absolute',
  inset: 'auto',
  left: 'calc(50cqw - 50cqh)',
  top: 'calc(50cqh - 50cqw)',
  width: '100cqh',
  height: '100cqw',
  'max-width': 'none',
  'max-height': 'none',
};

/** Sets properties in an element's `style`. @returns a function that restores those that it had */
function setStyles({ style }: HTMLElement, styles: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(styles).map((name) => [name, style.getPropertyValue(name)] as const);
  for (const [name, value] of Object.entries(styles)) style.setProperty(name, value);
  return () => {
    for (const [name, value] of before) style.setProperty(name, value);
  };
}
