/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html */
export interface InvokePermission {
  readonly Action: string;
  readonly Principal: string;
  readonly SourceArn?: string | undefined;
  readonly SourceAccount?: string | undefined;
  readonly FunctionUrlAuthType?: string | undefined;
  readonly InvokedViaFunctionUrl?: boolean | undefined;
}

/**
 * Returns the resource policy that Lambda makes of the permissions of a function; undefined without any.
 * https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export function makeFunctionPolicy(functionArn: string, permissions: readonly InvokePermission[]): object | undefined {
  if (permissions.length === 0) return undefined;
  return {
    Version: '2012-10-17',
    Statement: permissions.map((permission) => ({
      Effect: 'Allow',
      Principal: toPrincipal(permission.Principal),
      Action: permission.Action,
      Resource: functionArn,
      Condition: toCondition(permission),
    })),
  };
}

function toPrincipal(principal: string): object | string {
  if (principal === '*') return principal;
  return principal.endsWith('.amazonaws.com') ? { Service: principal } : { AWS: principal };
}

function toCondition(permission: InvokePermission): object {
  const { SourceArn: sourceArn, SourceAccount: account, FunctionUrlAuthType: authType } = permission;
  const { InvokedViaFunctionUrl: viaUrl } = permission;
  return {
    ...(sourceArn !== undefined && { ArnLike: { 'aws:SourceArn': sourceArn } }),
    ...((account !== undefined || authType !== undefined) && {
      StringEquals: {
        ...(account !== undefined && { 'aws:SourceAccount': account }),
        ...(authType !== undefined && { 'lambda:FunctionUrlAuthType': authType }),
      },
    }),
    ...(viaUrl !== undefined && { Bool: { 'lambda:InvokedViaFunctionUrl': String(viaUrl) } }),
  };
}
