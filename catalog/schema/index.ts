/**
 * Tables of the catalog and the closed lists of their columns. Imports within `catalog/` go one way: the schema imports
 * no aggregate; `videos/`, `uploads/` and `idempotency/` import the schema; `revisions/` imports the schema and `videos/`.
 * An aggregate reads any table but imports no other aggregate's functions beyond these.
 */
export { encodeCharges, encodeDays } from './encode-charges.ts';
export { encodeProgress } from './encode-progress.ts';
export { idempotencyKeys } from './idempotency-keys.ts';
export { renditions, type Rendition } from './renditions.ts';
export { settledChanges } from './settled-changes.ts';
export { steps, type StepRow } from './steps.ts';
export { uploads, type UploadRow } from './uploads.ts';
export { revisions, type Revision, videos, type VideoRow } from './videos-and-revisions.ts';
