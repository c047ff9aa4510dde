import { type Access, nameOf, type Principal, roleSession } from './access.ts';
import { type Decision, evaluatePolicies } from './evaluate-policies.ts';
import type { Iam, PolicyDocument } from './iam.ts';
import { collectContext } from './supplied-context.ts';

/** Request that the policies of the template do not allow. */
export interface Denial extends Access {
  readonly principal: Principal;
  /** Statement that denies the request; undefined if no statement allows it. */
  readonly deniedBy?: { readonly policy: 'identity-based' | 'resource-based'; readonly statement: unknown };
  /** Statement that would allow the request if its conditions were met. */
  readonly unmet?: unknown;
}

interface AuthorizerOptions {
  readonly iam: Pick<Iam, 'role' | 'listPolicies' | 'boundaryOf' | 'revision'>;
  /** Whether policies are evaluated; otherwise every request is allowed, as tests of a single service need. */
  readonly enforces: boolean;
  /** Called with a denied request, the first time for a principal, action and resource; all objects of a bucket are one. */
  readonly onDenied?: (denial: Denial) => void;
  /** Called with an allowed request, at least the first time for these values of condition keys. */
  readonly onAllowed?: (request: { principal: Principal; action: string; resource: string; context: Context }) => void;
}

/** Values of condition keys. */
type Context = Readonly<Record<string, string>>;

/** Returns the policy of a resource by its ARN; undefined without one. */
type FindPolicy = (resourceArn: string) => PolicyDocument;

/** The policy that an administrator of the account has. */
const ADMINISTRATOR_ACCESS = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/** Key of an object in its ARN. */
const OBJECT_KEY = /(?<=^arn:[^:]*:s3:::[^/]+)\/.*$/s;

/** Number of decisions that are kept, far more than the distinct requests of one video. */
const MAX_CACHED = 20_000;

/** Evaluates the policies of roles and resources, as the template has them, for every request. */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #resourcePolicies = new Map<string, FindPolicy>();
  readonly #decisions = new Map<string, Promise<Decision>>();
  readonly #policyIds = new WeakMap<object, number>();
  readonly #denied = new Set<string>();
  #policyCount = 0;

  constructor(options: AuthorizerOptions) {
    this.#options = options;
    this.addResourcePolicies('iam', (arn) => options.iam.role(arn)?.trustPolicy);
  }

  /** Registers the policies of a service's resources. @param service third part of their ARNs, such as `sqs` */
  addResourcePolicies(service: string, find: FindPolicy): void {
    this.#resourcePolicies.set(service, find);
  }

  /** Returns why the principal may not send a request; undefined if it may. */
  async findDenial(principal: Principal, access: Access): Promise<Denial | undefined> {
    if (!this.#options.enforces) return undefined;
    const decision = await this.#decide(principal, access, this.#findResourcePolicy(access.resource));
    return this.#toDenial(principal, access, decision);
  }

  async may(principal: Principal, access: Access): Promise<boolean> {
    return (await this.findDenial(principal, access)) === undefined;
  }

  /**
   * Returns why a service may not use a role for a request: the role does not trust the service, or does not allow the
   * request. Undefined if it may.
   *
   * @param sourceArn resource on whose behalf the service assumes the role
   */
  async findDenialWithRole(
    roleArn: string,
    { service, sourceArn, sessionName }: { service: string; sourceArn?: string | undefined; sessionName: string },
    access: Access,
  ): Promise<Denial | undefined> {
    const assume = { action: 'sts:AssumeRole', resource: roleArn };
    const denial = await this.findDenial({ kind: 'service', service, sourceArn }, assume);
    return denial ?? this.findDenial(roleSession(roleArn, sessionName), access);
  }

  #findResourcePolicy(arn: string): PolicyDocument {
    const [, , service = ''] = arn.split(':', 3);
    return this.#resourcePolicies.get(service)?.(arn);
  }

  #decide(principal: Principal, access: Access, resourcePolicy: PolicyDocument): Promise<Decision> {
    const { iam } = this.#options;
    const context = collectContext(principal, access);
    const key = JSON.stringify([
      iam.revision,
      this.#idOf(resourcePolicy),
      nameOf(principal),
      access.action,
      access.resource,
      Object.entries(context),
    ]);
    const known = this.#decisions.get(key);
    if (known !== undefined) return known;
    if (this.#decisions.size >= MAX_CACHED) this.#decisions.clear();
    const decision = evaluatePolicies({
      principal: nameOf(principal),
      action: access.action,
      resource: access.resource,
      context,
      identityPolicies: this.#identityPolicies(principal),
      permissionsBoundary: principal.kind === 'role' ? iam.boundaryOf(principal.roleArn) : undefined,
      resourcePolicy,
    });
    this.#decisions.set(key, decision);
    void this.#reportAllowed(decision, { principal, action: access.action, resource: access.resource, context });
    return decision;
  }

  async #reportAllowed(
    decision: Promise<Decision>,
    request: Parameters<NonNullable<AuthorizerOptions['onAllowed']>>[0],
  ): Promise<void> {
    // A policy that cannot be evaluated fails where the decision is used.
    const { allowed } = await decision.catch(() => ({ allowed: false }));
    if (allowed) this.#options.onAllowed?.(request);
  }

  #identityPolicies(principal: Principal): readonly PolicyDocument[] {
    if (principal.kind === 'service') return [];
    return principal.kind === 'role' ? this.#options.iam.listPolicies(principal.roleArn) : [ADMINISTRATOR_ACCESS];
  }

  #idOf(policy: PolicyDocument): number {
    if (typeof policy !== 'object' || policy === null) return 0;
    const id = this.#policyIds.get(policy) ?? (this.#policyCount += 1);
    this.#policyIds.set(policy, id);
    return id;
  }

  #toDenial(principal: Principal, access: Access, decision: Decision): Denial | undefined {
    if (decision.allowed) return undefined;
    const { allowed: _allowed, ...reason } = decision;
    const denial = { principal, ...access, ...reason };
    const id = JSON.stringify([nameOf(principal), access.action, access.resource.replace(OBJECT_KEY, '')]);
    if (!this.#denied.has(id) && this.#denied.size < MAX_CACHED) {
      this.#denied.add(id);
      this.#options.onDenied?.(denial);
    }
    return denial;
  }
}
