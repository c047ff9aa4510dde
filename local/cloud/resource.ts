/** One resource of the synthesized template, with every intrinsic function in its properties resolved. */
export interface Resource<Properties = Record<string, unknown>> {
  readonly stack: string;
  readonly logicalId: string;
  /** CloudFormation type, such as `AWS::SQS::Queue`. */
  readonly type: string;
  readonly properties: Properties;
  /**
   * Replacement for the name that CloudFormation would generate: lower-case letters, digits and hyphens, at most 63
   * characters, the same at every start, and another one for each resource that has replaced one of this logical id.
   */
  readonly physicalName: string;
}

/** Values of `Ref` and `Fn::GetAtt` of an existing resource. */
export interface Provisioned {
  readonly ref: string;
  /** Values by attribute name; nested names contain a dot (`Endpoint.Address`). */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Creates, changes and deletes the resources of one type. A type without a provider makes the start fail. */
export interface ResourceProvider {
  readonly type: string;
  /** Top-level properties that have an effect on the laptop; `--explain` lists all others. */
  readonly supportedProperties: readonly string[];
  /** Creates the resource, or opens its state from an earlier start, found by physical name. */
  provision(resource: Resource): Promise<Provisioned>;
  /** Changes an existing resource, which may be open with its earlier properties. @default `provision` */
  update?(resource: Resource, before: Resource): Promise<Provisioned>;
  /**
   * Deletes the resource with its state; without effect if it does not exist. @default no effect, for types that are only
   * recorded
   *
   * @throws Error if the service refuses, as S3 does for a bucket with objects
   */
  delete?(resource: Resource): Promise<void>;
}
