/** HTTP API of the template; its routes, integrations and stage are added as they are provisioned. */
export interface HttpApi {
  readonly id: string;
  /** `<id>.execute-api.<region>.amazonaws.com` */
  readonly domainName: string;
  readonly routes: Route[];
  readonly integrations: Map<string, Integration>;
  stage: Stage | undefined;
}

export interface Route {
  /** `<method> <path>`, `ANY <path>` or `$default`. */
  readonly key: string;
  readonly integrationId: string;
}

/** Lambda function that is invoked with payload format 2.0. */
export interface Integration {
  readonly functionArn: string;
  readonly timeoutMs: number;
}

/** The stage `$default`, which serves the API without a path prefix. */
export interface Stage {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Steady request rate and burst size; undefined for no limit. */
  readonly throttle: { readonly ratePerSecond: number; readonly burst: number } | undefined;
}
