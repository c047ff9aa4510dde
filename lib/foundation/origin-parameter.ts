import { CfnCondition, CfnParameter, Fn, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export interface OriginParameterOptions {
  /** Name of the service at this origin, for the parameter's description. */
  readonly label: string;
  /** Scheme and authority of the service on AWS. */
  readonly defaultOrigin: string;
}

/**
 * Adds a stack parameter that overrides the origin of a service that browsers reach, for running the template outside
 * AWS, and returns the effective scheme and authority.
 */
export function originParameter(
  stack: Construct,
  name: string,
  { label, defaultOrigin }: OriginParameterOptions,
): string {
  const parameter = new CfnParameter(stack, name, {
    type: 'String',
    default: '',
    allowedPattern: '^(https?://[^/]+)?$',
    description: `Scheme and authority of ${label}, without a trailing slash; empty for those on AWS`,
  });
  const isDefault = new CfnCondition(stack, `${name}IsDefault`, {
    expression: Fn.conditionEquals(parameter.valueAsString, ''),
  });
  return Token.asString(Fn.conditionIf(isDefault.logicalId, defaultOrigin, parameter.valueAsString));
}
