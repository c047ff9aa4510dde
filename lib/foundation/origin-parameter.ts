import { CfnCondition, CfnParameter, Fn, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export interface OriginParameterOptions {
  /** Whose origin it is, in the words of its description. */
  readonly label: string;
  /** Scheme and authority on AWS. */
  readonly defaultOrigin: string;
}

/**
 * Scheme and authority of something that browsers reach: what they are on AWS, unless the stack's parameter of this
 * name says otherwise, as whoever runs the template away from AWS does.
 */
export function originParameter(stack: Construct, name: string, { label: what, defaultOrigin: byDefault }: OriginParameterOptions): string {
  const parameter = new CfnParameter(stack, name, {
    type: 'String',
    default: '',
    allowedPattern: '^(https?://[^/]+)?$',
    description: `Scheme and authority of ${what}, without a trailing slash; empty for those on AWS`,
  });
  const isDefault = new CfnCondition(stack, `${name}IsDefault`, {
    expression: Fn.conditionEquals(parameter.valueAsString, ''),
  });
  return Token.asString(Fn.conditionIf(isDefault.logicalId, byDefault, parameter.valueAsString));
}
