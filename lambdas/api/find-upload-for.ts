import { findUpload, type FoundUpload } from '../../catalog/uploads/find-upload.ts';
import type { User } from './user.ts';
import { ProblemError } from './problems.ts';
import type { ApiServices } from './services.ts';

/** @throws ProblemError `upload_not_found`, also where it is somebody else's */
export function findOwnUpload(services: ApiServices, person: User, uploadId: string): Promise<FoundUpload> {
  return findWhere(services, uploadId, ({ upload }) => upload.ownerId === person.id);
}

/** @throws ProblemError `upload_not_found` */
export function findManagedUpload(services: ApiServices, person: User, uploadId: string): Promise<FoundUpload> {
  return findWhere(services, uploadId, ({ upload }) => person.role === 'admin' || upload.ownerId === person.id);
}

async function findWhere(
  { database }: ApiServices,
  uploadId: string,
  isTheirs: (found: FoundUpload) => boolean,
): Promise<FoundUpload> {
  const found = await findUpload(database, uploadId);
  if (found === undefined || found.video.status === 'deleted' || !isTheirs(found))
    throw new ProblemError('upload_not_found');
  return found;
}
