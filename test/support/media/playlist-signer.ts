import { referenceSigner } from '../../../lambdas/signing/sign-reference.ts';
import type { UriRewriter } from '../../../media/uri-rewriter.ts';

export const VIDEO_ID = '0193c5a0-0000-7000-8000-000000000001';
export const OTHER_VIDEO_ID = '0193c5a0-0000-7000-8000-000000000002';
export const SIGNATURE = 'Policy=P_&Key-Pair-Id=K1&Signature=S~-_&Hash-Algorithm=SHA256';
/** Value of `t`. */
const COPY = 'dA';

/** Adds a viewer's signature to the references of a playlist, as the playlist function does. */
export const signer = signerAt(`/v/${VIDEO_ID}/1/attempt00/index.m3u8`);

/** Returns a signer for a playlist that is stored at a path of the edge, and served there or at another one. */
export function signerAt(playlistPath: string, servedPath?: string): UriRewriter {
  return referenceSigner({ playlistPath, servedPath, videoId: VIDEO_ID, native: SIGNATURE, copy: COPY });
}
