/** A policy document, as the template holds it. */
export type PolicyDocument = unknown;

export interface IamRole {
  readonly name: string;
  readonly arn: string;
  /** Who may assume it. */
  readonly trustPolicy: PolicyDocument;
  readonly permissionsBoundaryArn?: string | undefined;
}

/** What the template grants to whom. It answers questions about roles; nothing is evaluated here. */
export class Iam {
  readonly #roles = new Map<string, IamRole>();
  /** Inline policies by role name, then by policy name. */
  readonly #inline = new Map<string, Map<string, PolicyDocument>>();
  /** ARNs of attached managed policies by role name. */
  readonly #attached = new Map<string, Set<string>>();
  readonly #managed = new Map<string, PolicyDocument>();

  addRole(role: IamRole): void {
    this.#roles.set(role.arn, role);
  }

  putInlinePolicy(roleName: string, policyName: string, document: PolicyDocument): void {
    const policies = this.#inline.get(roleName) ?? new Map<string, PolicyDocument>();
    this.#inline.set(roleName, policies.set(policyName, document));
  }

  addManagedPolicy(arn: string, document: PolicyDocument): void {
    this.#managed.set(arn, document);
  }

  attach(roleName: string, managedPolicyArn: string): void {
    const arns = this.#attached.get(roleName) ?? new Set<string>();
    this.#attached.set(roleName, arns.add(managedPolicyArn));
  }

  role(arn: string): IamRole | undefined {
    return this.#roles.get(arn);
  }

  /** Documents of the inline policies and of the template's own managed policies that a role has. */
  policiesOf(roleArn: string): readonly PolicyDocument[] {
    const name = this.#roles.get(roleArn)?.name ?? '';
    const attached = [...(this.#attached.get(name) ?? [])].flatMap((arn) => this.#managed.get(arn) ?? []);
    return [...(this.#inline.get(name)?.values() ?? []), ...attached];
  }

  /** ARNs of the attached policies that AWS itself defines, such as `…/AWSLambdaBasicExecutionRole`. */
  awsManagedPoliciesOf(roleArn: string): readonly string[] {
    const name = this.#roles.get(roleArn)?.name ?? '';
    return [...(this.#attached.get(name) ?? [])].filter((arn) => !this.#managed.has(arn));
  }
}
