import type { FileUpload, UploadPhase } from './file-upload.ts';

/**
 * Group of an upload in the tray: `active`; `paused` while signed out; `attention` if the user can resume or retry it;
 * `unusable` if the file itself was refused; `done` otherwise.
 */
export type UploadGroup = 'active' | 'paused' | 'attention' | 'unusable' | 'done';

const GROUPS: Record<UploadPhase, UploadGroup> = {
  waiting: 'active',
  sending: 'active',
  finishing: 'active',
  canceling: 'active',
  paused: 'paused',
  interrupted: 'attention',
  failed: 'attention',
  sent: 'done',
};

export function groupOf({ phase, sizeBytes, video }: Pick<FileUpload, 'phase' | 'sizeBytes' | 'video'>): UploadGroup {
  const group = GROUPS[phase.value];
  const status = group === 'done' ? video.value?.status : undefined;
  if (status === 'rejected' || (phase.value === 'failed' && sizeBytes === 0)) return 'unusable';
  return status === 'failed' ? 'attention' : group;
}
