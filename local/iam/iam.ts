import { stableHex } from '../cloud/stable-id.ts';

/** A policy document, as the template holds it. */
export type PolicyDocument = unknown;

interface IamRole {
  readonly name: string;
  readonly arn: string;
  /** Policy of the principals that may assume the role. */
  readonly trustPolicy: PolicyDocument;
  readonly permissionsBoundaryArn?: string | undefined;
}

/** Roles and policies of the template. */
export class Iam {
  readonly #roles = new Map<string, IamRole>();
  /** Inline policies by role name and policy name. */
  readonly #inline = new Map<string, Map<string, PolicyDocument>>();
  /** ARNs of attached managed policies by role name. */
  readonly #attached = new Map<string, Set<string>>();
  readonly #managed = new Map<string, PolicyDocument>();
  #revision = 0;

  /** Number that changes with every role and policy. */
  get revision(): number {
    return this.#revision;
  }

  addRole(findRole: IamRole): void {
    this.#revision += 1;
    this.#roles.set(findRole.arn, findRole);
  }

  putInlinePolicy(roleName: string, policyName: string, document: PolicyDocument): void {
    this.#revision += 1;
    const policies = this.#inline.get(roleName) ?? new Map<string, PolicyDocument>();
    this.#inline.set(roleName, policies.set(policyName, document));
  }

  addManagedPolicy(arn: string, document: PolicyDocument): void {
    this.#revision += 1;
    this.#managed.set(arn, document);
  }

  attach(roleName: string, managedPolicyArn: string): void {
    this.#revision += 1;
    const arns = this.#attached.get(roleName) ?? new Set<string>();
    this.#attached.set(roleName, arns.add(managedPolicyArn));
  }

  /** Deletes a role with its inline policies. */
  removeRole(arn: string): void {
    this.#revision += 1;
    const name = this.#roles.get(arn)?.name ?? '';
    this.#roles.delete(arn);
    this.#inline.delete(name);
    this.#attached.delete(name);
  }

  removeInlinePolicy(roleName: string, policyName: string): void {
    this.#revision += 1;
    this.#inline.get(roleName)?.delete(policyName);
  }

  removeManagedPolicy(arn: string): void {
    this.#revision += 1;
    this.#managed.delete(arn);
    for (const arns of this.#attached.values()) arns.delete(arn);
  }

  /** Returns the ARNs of all roles. */
  listRoles(): readonly string[] {
    return [...this.#roles.keys()];
  }

  role(arn: string): IamRole | undefined {
    return this.#roles.get(arn);
  }

  /** Returns a role's inline policies and the attached managed policies of the template. */
  listPolicies(roleArn: string): readonly PolicyDocument[] {
    const name = this.#roles.get(roleArn)?.name ?? '';
    const attached = [...(this.#attached.get(name) ?? [])].flatMap((arn) => this.#managed.get(arn) ?? []);
    return [...(this.#inline.get(name)?.values() ?? []), ...attached];
  }

  /**
   * Returns the permissions boundary of a role.
   *
   * @throws Error if the template does not contain its boundary
   */
  boundaryOf(roleArn: string): PolicyDocument {
    const arn = this.#roles.get(roleArn)?.permissionsBoundaryArn;
    if (arn === undefined) return undefined;
    if (!this.#managed.has(arn)) throw new Error(`The laptop cloud does not know the permissions boundary ${arn}.`);
    return this.#managed.get(arn);
  }

  /** Returns the ARNs of attached policies that AWS defines, such as `…/AWSLambdaBasicExecutionRole`. */
  listAwsManagedPolicies(roleArn: string): readonly string[] {
    const name = this.#roles.get(roleArn)?.name ?? '';
    return [...(this.#attached.get(name) ?? [])].filter((arn) => !this.#managed.has(arn));
  }
}

/** Returns a unique id in IAM's form, the same for the same role at every start. */
export function roleId(roleArn: string): string {
  return `AROA${stableHex(roleArn, 17).toUpperCase()}`;
}
