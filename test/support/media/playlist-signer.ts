import { referenceSigner } from '../../../lambdas/signing/sign-reference.ts';

export const VIDEO_ID = '0193c5a0-0000-7000-8000-000000000001';
export const OTHER_VIDEO_ID = '0193c5a0-0000-7000-8000-000000000002';
export const SIGNATURE = 'Policy=P_&Key-Pair-Id=K1&Signature=S~-_&Hash-Algorithm=SHA256';
/** Value of `t`. */
const COPY = 'dA';

/** Adds a viewer's signature to the references of a playlist, as the playlist function does. */
export const signer = referenceSigner({
  playlistPath: `/v/${VIDEO_ID}/1/attempt00/index.m3u8`,
  videoId: VIDEO_ID,
  native: SIGNATURE,
  copy: COPY,
});
