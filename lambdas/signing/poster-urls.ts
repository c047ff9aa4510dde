import { encodePrefix, POSTER } from '../contracts/output-layout.ts';
import { signVideo, type VideoSigner } from './sign-video.ts';

export interface PosterUrls {
  /**
   * @param heldMs time for which a cache may hold the URLs before a viewer receives them. @default 0
   * @returns the poster's URL for each location, in the same order
   */
  (locations: readonly PosterLocation[], heldMs?: number): Promise<string[]>;
}

export interface PosterLocation {
  readonly videoId: string;
  readonly revision: number;
  readonly attemptId: string;
}

const HOUR_MS = 3_600_000;
/** Maximum number of videos whose signatures are cached: a few megabytes. */
const MAX_CACHED = 5000;

/**
 * Returns a function that signs poster URLs. They expire on full hours, one to two hours from now, or after being held. Two signatures of
 * the same policy differ, so each is cached while it has an hour left, which lets browsers reuse their cached posters.
 */
export function posterUrls(signer: () => Promise<VideoSigner>, now: () => Date): PosterUrls {
  const cached = new Map<string, { readonly query: string; readonly expiresMs: number }>();
  return async (locations, heldMs = 0) => {
    if (locations.length === 0) return [];
    const key = await signer();
    const expiresMs = (Math.ceil((now().getTime() + heldMs) / HOUR_MS) + 1) * HOUR_MS;
    return locations.map((location) => {
      const { videoId } = location;
      const name = `${videoId} ${heldMs}`;
      let signature = cached.get(name);
      if (signature?.expiresMs !== expiresMs) {
        signature = { query: signVideo(key, videoId, new Date(expiresMs)), expiresMs };
        const [oldest] = cached.keys();
        if (cached.size >= MAX_CACHED && oldest !== undefined) cached.delete(oldest);
        cached.set(name, signature);
      }
      return `${key.edgeUrl}/${encodePrefix(location)}${POSTER}?${signature.query}`;
    });
  };
}
