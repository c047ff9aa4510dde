import { Stack, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';

/** One thing that a role may do. */
export interface RolePermission {
  /** IAM actions, by name: never a wildcard. */
  readonly actions: readonly string[];
  /** ARNs; one that ends in a wildcard needs `wildcardReason`. */
  readonly resources: readonly string[];
  /** As in an IAM policy: operator, key, values. @default none */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Why the resources cannot be named one by one. @default the resources hold no wildcard */
  readonly wildcardReason?: string;
}

/** Adds a permission to a role and, beside it, the reason for the wildcard that it may hold. */
export function allow(role: IRole, permission: RolePermission): void {
  const { actions, resources, conditions, wildcardReason } = permission;
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: [...actions], resources: [...resources], ...(conditions && { conditions }) }),
  );
  if (wildcardReason !== undefined) acknowledgeWildcards(role, resources, wildcardReason);
}

/**
 * cdk-nag names a finding by the resource as the template has it. For a resource of another stack that is an import,
 * which is known only after the references between stacks are resolved: when CDK validates the tree.
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
