import type { HlsConfig, LoadPolicy, RetryConfig } from 'hls.js';
import { Hls } from 'hls-video-element';

/** Status of a function URL whose function is at its concurrency: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html */
const THROTTLED = 429;

/** Retries for a minute and a half in all, first after a second, then after pauses that double up to the maximum. */
const RETRIES = { maxNumRetry: 8, retryDelayMs: 1000, maxRetryDelayMs: 20_000, backoff: 'exponential' } as const;

/** Configuration of hls.js that retries a throttled request like one that failed: by default it gives up at any status of 4xx. */
export const RETRIES_THROTTLED: Partial<HlsConfig> = {
  manifestLoadPolicy: retrying(Hls.DefaultConfig.manifestLoadPolicy),
  playlistLoadPolicy: retrying(Hls.DefaultConfig.playlistLoadPolicy),
  fragLoadPolicy: retrying(Hls.DefaultConfig.fragLoadPolicy),
};

function retrying({ default: policy }: LoadPolicy): LoadPolicy {
  return { default: { ...policy, errorRetry: { ...policy.errorRetry, ...RETRIES, shouldRetry } } };
}

const shouldRetry: RetryConfig['shouldRetry'] = (retryConfig, retryCount, _isTimeout, response, retry) =>
  retry || (response?.code === THROTTLED && retryCount < (retryConfig?.maxNumRetry ?? 0));
