import * as z from 'zod';
import { ACCOUNT_ID, PARTITION } from '../cloud/account.ts';
import { makeMemoryProvider } from '../cloud/memory-provider.ts';
import type { ResourceProvider } from '../cloud/resource.ts';
import { type Iam, roleId } from './iam.ts';

const inlineSchema = z.object({ PolicyName: z.string(), PolicyDocument: z.unknown() });

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html */
const roleSchema = z.object({
  RoleName: z.string().optional(),
  Path: z.string().default('/'),
  AssumeRolePolicyDocument: z.unknown(),
  ManagedPolicyArns: z.array(z.string()).default([]),
  PermissionsBoundary: z.string().optional(),
  Policies: z.array(inlineSchema).default([]),
});

const policySchema = inlineSchema.extend({
  /** Role names. */
  Roles: z.array(z.string()).default([]),
});

const managedPolicySchema = z.object({
  ManagedPolicyName: z.string().optional(),
  Path: z.string().default('/'),
  PolicyDocument: z.unknown(),
  Roles: z.array(z.string()).default([]),
});

function iamArn(resource: string): string {
  return `arn:${PARTITION}:iam::${ACCOUNT_ID}:${resource}`;
}

/** IAM's limit, which generated names must keep. */
const MAX_ROLE_NAME_LENGTH = 64;

export function iamProviders(iam: Iam): readonly ResourceProvider[] {
  return [
    {
      type: 'AWS::IAM::Role',
      supportedProperties: Object.keys(roleSchema.shape),
      provision: async ({ properties, physicalName }) => {
        const given = roleSchema.parse(properties);
        const name = given.RoleName ?? physicalName.slice(0, MAX_ROLE_NAME_LENGTH);
        const arn = iamArn(`role${given.Path}${name}`);
        iam.addRole({
          name,
          arn,
          trustPolicy: given.AssumeRolePolicyDocument,
          permissionsBoundaryArn: given.PermissionsBoundary,
        });
        for (const { PolicyName, PolicyDocument } of given.Policies)
          iam.putInlinePolicy(name, PolicyName, PolicyDocument);
        for (const managed of given.ManagedPolicyArns) iam.attach(name, managed);
        return { ref: name, attributes: { Arn: arn, RoleId: roleId(arn) } };
      },
      delete: async ({ properties, physicalName }) => {
        const { RoleName = physicalName.slice(0, MAX_ROLE_NAME_LENGTH), Path } = roleSchema.parse(properties);
        iam.removeRole(iamArn(`role${Path}${RoleName}`));
      },
    },
    makeMemoryProvider('AWS::IAM::Policy', Object.keys(policySchema.shape), async ({ properties, physicalName }) => {
      const { PolicyName, PolicyDocument, Roles: roles } = policySchema.parse(properties);
      for (const role of roles) iam.putInlinePolicy(role, PolicyName, PolicyDocument);
      const remove = (): void => roles.forEach((role) => iam.removeInlinePolicy(role, PolicyName));
      return { ref: physicalName, attributes: { Id: physicalName }, remove };
    }),
    makeMemoryProvider('AWS::IAM::ManagedPolicy', Object.keys(managedPolicySchema.shape), async ({ properties, physicalName }) => {
      const given = managedPolicySchema.parse(properties);
      const arn = iamArn(`policy${given.Path}${given.ManagedPolicyName ?? physicalName}`);
      iam.addManagedPolicy(arn, given.PolicyDocument);
      for (const role of given.Roles) iam.attach(role, arn);
      return { ref: arn, attributes: { PolicyArn: arn }, remove: () => iam.removeManagedPolicy(arn) };
    }),
  ];
}
