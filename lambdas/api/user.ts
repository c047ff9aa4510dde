import { ANONYMOUS, isOwner, type Viewer } from '../../catalog/videos/viewer.ts';
import { ROLES, type Role } from '../contracts/api/session.ts';

/** Signed-in user. */
export interface User {
  /** `sub` of the token. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** Returns whether the user has the role or a higher one. */
export function hasRole(user: User, role: Role): boolean {
  return ROLES.indexOf(user.role) >= ROLES.indexOf(role);
}

/** @param user undefined for a signed-out visitor */
export function viewerOf(user: User | undefined): Viewer {
  return user === undefined ? ANONYMOUS : { id: user.id, isAdmin: user.role === 'admin' };
}

/** Returns whether the caller may change, retry and delete the video. */
export function mayManage(user: User | undefined, video: { readonly ownerId: string | null }): boolean {
  if (user === undefined) return false;
  return user.role === 'admin' || (hasRole(user, 'uploader') && isOwner(viewerOf(user), video));
}
