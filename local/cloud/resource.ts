/**
 * What the laptop cloud knows of one resource of the synthesized template, and how a service takes charge of it.
 * A type for which no service has a provider stops the start; a property that no provider honours is listed by
 * `--explain`.
 */

/** One resource of the template, with every intrinsic function in its properties resolved. */
export interface Resource<Properties = Record<string, unknown>> {
  readonly stack: string;
  readonly logicalId: string;
  /** CloudFormation type, such as `AWS::SQS::Queue`. */
  readonly type: string;
  readonly properties: Properties;
  /**
   * Stands in for the physical name that CloudFormation would generate: lower-case letters, digits and hyphens, at most
   * 63 characters, the same at every start for the same stack and logical id.
   */
  readonly physicalName: string;
}

/** What `Ref` and `Fn::GetAtt` answer for a resource once it exists. */
export interface Provisioned {
  readonly ref: string;
  /** By attribute name as in `Fn::GetAtt`, nested names with their dot (`Endpoint.Address`). */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

export interface ResourceProvider {
  readonly type: string;
  /** Top-level properties that have an effect on the laptop. */
  readonly honours: readonly string[];
  /** Creates the resource, or opens what an earlier start left on disk under the same physical name. */
  provision(resource: Resource): Promise<Provisioned>;
}
