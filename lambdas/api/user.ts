import { ANONYMOUS, isOwner, type Viewer } from '../../catalog/videos/viewer.ts';
import { ROLES, type Role } from '../contracts/api/session.ts';

/** Somebody who is signed in. */
export interface User {
  /** `sub` of the token. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** Each role may do what the ones before it may. */
export function hasRole(person: User, role: Role): boolean {
  return ROLES.indexOf(person.role) >= ROLES.indexOf(role);
}

export function viewerOf(person: User | undefined): Viewer {
  return person === undefined ? ANONYMOUS : { id: person.id, isAdmin: person.role === 'admin' };
}

/** Whether somebody may change, retry and delete what they see. */
export function mayManage(person: User | undefined, video: { readonly ownerId: string | null }): boolean {
  return person !== undefined &&
  (person.role === 'admin' || (hasRole(person, 'uploader') && isOwner(viewerOf(person), video)));
}
