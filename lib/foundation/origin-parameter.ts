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
  return new OriginParameter(stack, name, label).or(defaultOrigin);
}

/** Stack parameter that overrides the origin of a service that browsers reach, for running the template outside AWS. */
export class OriginParameter {
  /** Scheme and authority, or the empty string for those on AWS. */
  readonly value: string;
  readonly #isDefault: CfnCondition;

  constructor(stack: Construct, name: string, label: string) {
    const parameter = new CfnParameter(stack, name, {
      type: 'String',
      default: '',
      allowedPattern: '^(https?://[^/]+)?$',
      description: `Scheme and authority of ${label}, without a trailing slash; empty for those on AWS`,
    });
    this.value = parameter.valueAsString;
    this.#isDefault = new CfnCondition(stack, `${name}IsDefault`, {
      expression: Fn.conditionEquals(parameter.valueAsString, ''),
    });
  }

  /** Returns the effective scheme and authority. @param defaultOrigin scheme and authority on AWS */
  or(defaultOrigin: string): string {
    return Token.asString(Fn.conditionIf(this.#isDefault.logicalId, defaultOrigin, this.value));
  }
}
