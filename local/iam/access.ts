import { ACCOUNT_ID, PARTITION } from '../cloud/account.ts';

/** Permission that a request needs. */
export interface Access {
  /** IAM action, such as `s3:GetObject`. */
  readonly action: string;
  /** ARN of the resource, or `*` for an action that takes none. */
  readonly resource: string;
  /** Values of condition keys that the request itself determines, such as `s3:prefix`, by key. */
  readonly context?: Readonly<Record<string, string>>;
}

/** Sender of a request whose policies are evaluated. */
export type Principal =
  /** The laptop's user, who has the policy AdministratorAccess. */
  | { readonly kind: 'administrator'; readonly arn: string }
  /** Session of a role. */
  | { readonly kind: 'role'; readonly arn: string; readonly roleArn: string }
  /** AWS service that acts on behalf of a resource. */
  | { readonly kind: 'service'; readonly service: string; readonly sourceArn?: string | undefined };

/** Returns the session in which a service or function acts with a role. */
export function roleSession(roleArn: string, sessionName: string): Extract<Principal, { kind: 'role' }> {
  const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const arn = `arn:${PARTITION}:sts::${ACCOUNT_ID}:assumed-role/${roleName}/${sessionName}`;
  return { kind: 'role', arn, roleArn };
}

/** Returns the principal that signed a request. */
export function principalOf({
  principalArn: arn,
  roleArn,
}: {
  readonly principalArn: string;
  readonly roleArn?: string;
}): Principal {
  return roleArn === undefined ? { kind: 'administrator', arn } : { kind: 'role', arn, roleArn };
}

/** Returns a principal's ARN, or the name of a service. */
export function nameOf(principal: Principal): string {
  return principal.kind === 'service' ? principal.service : principal.arn;
}

/** Returns the permission to hand a role to a service. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html */
export function passRole(roleArn: string, service: string): Access {
  return { action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': service } };
}
