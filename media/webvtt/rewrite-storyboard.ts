import { UnreadablePlaylistError } from '../unreadable-playlist-error.ts';
import type { ReferenceSigner } from '../../lambdas/signing/sign-reference.ts';

/** A cue as far as it matters here: its timing line, then its payload up to the next empty line. */
const CUE = /^([^\r\n]*-->[^\r\n]*\r?\n)([^\r\n]+)/gm;

/**
 * Signs the image that each cue of a WebVTT storyboard names, its `#xywh=` fragment left at the end.
 * https://www.w3.org/TR/webvtt1/#file-structure
 *
 * @throws UnreadablePlaylistError if the text is no WebVTT
 */
export function rewriteStoryboard(text: string, signer: ReferenceSigner): string {
  if (!/^WEBVTT(?:[ \t]|\r?\n|$)/.test(text)) throw new UnreadablePlaylistError('The storyboard does not begin with WEBVTT.');
  return text.replace(CUE, (_cue, timing: string, image: string) => timing + signer.sign(image));
}
