export { idempotencyKeys } from './idempotency-keys.ts';
export { renditions, type Rendition } from './renditions.ts';
export { revisions, type Revision } from './revisions.ts';
export { steps, type StepRow } from './steps.ts';
export { uploads, type UploadRow } from './uploads.ts';
export { videos, type VideoRow } from './videos-and-revisions.ts';
