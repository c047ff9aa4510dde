/**
 * Returns the paths of the API at which the edge keeps responses about a video, all without a query. They are invalidated
 * when one of them changes. None ends in `*`, since CloudFront runs only 15 invalidations of those at once, but of 3,000
 * exact paths.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-invalidations
 *
 * @param videoId in lower case, as the edge writes it
 */
export function keptPathsOf(videoId: string): string[] {
  return [`/api/videos/${videoId}`, `/api/videos/${videoId}/playback`];
}
