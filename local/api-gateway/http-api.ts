/** An HTTP API as the template describes it, its parts added as they are provisioned. */
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

/** A Lambda function that is asked in payload format 2.0. */
export interface Integration {
  readonly functionArn: string;
  readonly timeoutMs: number;
}

/** The stage `$default`, which serves the API without a prefix in the path. */
export interface Stage {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Requests a second that it takes on end, and how many at once after a pause; undefined for no limit. */
  readonly throttle: { readonly ratePerSecond: number; readonly burst: number } | undefined;
}
