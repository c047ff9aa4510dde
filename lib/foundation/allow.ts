import { Stack, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';

/** Permission of a role. */
export interface RolePermission {
  /** IAM actions, without wildcards. */
  readonly actions: readonly string[];
  /** ARNs; one that ends in a wildcard needs `wildcardReason`. */
  readonly resources: readonly string[];
  /** Conditions as in an IAM policy: operator, key, values. @default none */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Why the resources cannot be named individually. @default the resources contain no wildcard */
  readonly wildcardReason?: string;
}

/** Adds a permission to a role and acknowledges its wildcards, if any, with their reason. */
export function allow(role: IRole, permission: RolePermission): void {
  const { actions, resources, conditions, wildcardReason } = permission;
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: [...actions], resources: [...resources], ...(conditions && { conditions }) }),
  );
  if (wildcardReason !== undefined) acknowledgeWildcards(role, resources, wildcardReason);
}

/**
 * Acknowledges wildcards when CDK validates the tree. cdk-nag names a finding by the resource as it appears in the
 * template; for a resource of another stack that is an import, known only once references between stacks are resolved.
 */
function acknowledgeWildcards(role: IRole, resources: readonly string[], reason: string): void {
  role.node.addValidation({
    validate: () => {
      for (const resource of resources) {
        const inTemplate = flattenCfnReference(Stack.of(role).resolve(resource));
        Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${inTemplate}]`, reason });
      }
      return [];
    },
  });
}
