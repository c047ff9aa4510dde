import type { VNode } from 'preact';
import type { VideoStatus, VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { format, t } from '../texts/texts.ts';

type Tone = 'moving' | 'good' | 'bad';

const TONES: Record<VideoStatus, Tone> = {
  uploading: 'moving',
  uploaded: 'moving',
  transcoding: 'moving',
  processing: 'moving',
  ready: 'good',
  rejected: 'bad',
  failed: 'bad',
};

export const isMoving = (status: VideoStatus): boolean => TONES[status] === 'moving';

/** `Encoding 42%`: the percent only where it says something. */
export const statusText = ({ status, percent }: Pick<VideoSummary, 'status' | 'percent'>): string =>
  status === 'transcoding' && percent !== null
    ? t.statusAt(t.status[status], format.percent(percent))
    : t.status[status];

export const StatusBadge = ({ video }: { video: Pick<VideoSummary, 'status' | 'percent'> }): VNode => (
  <span class={`status status-${TONES[video.status]}`}>{statusText(video)}</span>
);
