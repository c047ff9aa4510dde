import { findUpload, type FoundUpload } from '../../catalog/uploads/find-upload.ts';
import { ProblemError } from './problems.ts';
import type { ApiServices } from './services.ts';
import type { User } from './user.ts';

/** Finds the user's own upload. @throws ProblemError `upload_not_found`, also for another user's upload */
export function findOwnUpload(services: ApiServices, user: User, uploadId: string): Promise<FoundUpload> {
  return findWhere(services, uploadId, ({ upload }) => upload.ownerId === user.id);
}

/** Finds an upload that the user may see and cancel. @throws ProblemError `upload_not_found` */
export function findManagedUpload(services: ApiServices, user: User, uploadId: string): Promise<FoundUpload> {
  return findWhere(services, uploadId, ({ upload }) => user.role === 'admin' || upload.ownerId === user.id);
}

async function findWhere(
  { database }: ApiServices,
  uploadId: string,
  isAccessible: (found: FoundUpload) => boolean,
): Promise<FoundUpload> {
  const found = await findUpload(database, uploadId);
  if (found === undefined || found.video.status === 'deleted' || !isAccessible(found)) {
    throw new ProblemError('upload_not_found');
  }
  return found;
}
