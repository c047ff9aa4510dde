import type { Video, VideoSummary } from '../../../lambdas/contracts/api/video.ts';
import type { Playback } from '../../../lambdas/contracts/playback.ts';

/** Creates a video as in a list, uploaded at the given minute after noon. */
export function videoSummary(id: string, minute: number, over: Partial<VideoSummary> = {}): VideoSummary {
  return {
    id,
    title: `Title of ${id}`,
    visibility: 'private',
    status: 'ready',
    code: null,
    percent: null,
    warningCount: 0,
    playable: true,
    withdrawnAt: null,
    durationMs: 1000,
    posterUrl: null,
    ownerName: null,
    editable: true,
    createdAt: `2026-03-20T12:0${minute}:00.000Z`,
    changedAt: '2026-03-20T13:00:00.000Z',
    ...over,
  };
}

/** Creates a video as on its own page. */
export function fullVideo(over: Partial<Video> = {}): Video {
  return {
    ...videoSummary('v', 1),
    description: '',
    revision: 1,
    message: null,
    timeline: [],
    uploadId: null,
    source: {
      fileName: 'v.mp4',
      sizeBytes: 1,
      contentType: null,
      container: null,
      durationMs: 1000,
      video: null,
      audio: [],
    },
    justInTime: null,
    renditions: [],
    price: null,
    priceUsd: null,
    failedAttempts: [],
    warnings: [],
    ...over,
  };
}

export function playbackOf(revision: number): Playback {
  return {
    videoId: 'v',
    revision,
    hlsUrl: `https://edge.example/v/v/${revision}/index.m3u8`,
    dashUrl: `https://edge.example/v/v/${revision}/index.mpd`,
    plays: 'everywhere',
    page: null,
    posterUrl: `https://edge.example/v/v/${revision}/poster.jpg`,
    storyboardUrl: `https://edge.example/v/v/${revision}/storyboard.vtt`,
    durationMs: 1000,
    expiresAt: '2026-03-20T15:00:00.000Z',
  };
}
