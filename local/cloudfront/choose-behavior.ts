import type { Behavior, DistributionConfig } from './distribution-config.ts';
import { matchesWildcard } from '../cloud/wildcard.ts';

/**
 * Chooses the first behavior whose pattern matches the path, or else the default behavior. Dot segments are resolved and
 * multiple slashes merged for matching only; functions and the origin receive the path as the viewer sent it.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
 */
export function chooseBehavior(config: DistributionConfig, path: string): Behavior {
  const normalized = normalize(path);
  const matches = (pattern: string) => matchesWildcard(pattern.startsWith('/') ? pattern : `/${pattern}`, normalized);
  return config.CacheBehaviors.find(({ PathPattern: pattern }) => matches(pattern)) ?? config.DefaultCacheBehavior;
}

/** Decodes unreserved characters, and removes dot segments and empty ones. RFC 3986, section 6.2.2 */
function normalize(path: string): string {
  const decoded = path.replace(/%(?:2D|2E|5F|7E|3\d|4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A])/gi, (triplet) =>
    String.fromCharCode(Number.parseInt(triplet.slice(1), 16)),
  );
  const segments: string[] = [];
  for (const segment of decoded.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '.' && segment !== '') segments.push(segment);
  }
  const isFolder = /\/\.{0,2}$/.test(decoded) && segments.length > 0;
  return `/${segments.join('/')}${isFolder ? '/' : ''}`;
}
