import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource, ResourceProvider } from '../cloud/resource.ts';
import { RotatingLog } from '../durable/rotating-log.ts';
import type { Principal } from './access.ts';

/** Environment variable that names the folder of the records. */
export const RECORD_ACCESS = 'SLUICE_RECORD_ACCESS';

/** Types of the resources that hold policies. */
const POLICY_TYPES = new Set([
  'AWS::IAM::Role',
  'AWS::IAM::Policy',
  'AWS::IAM::ManagedPolicy',
  'AWS::Lambda::Permission',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]);

/** Allowed request. */
export interface RecordedCall {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  /** Values of condition keys, those that the laptop supplies included. */
  readonly context: Readonly<Record<string, string>>;
}

/** Resource of the template that holds a policy. */
export interface RecordedResource extends Omit<Resource, 'physicalName'> {
  readonly ref: string;
  /** Value of the attribute `Arn`; undefined without one. */
  readonly arn?: unknown;
}

/** Line of a record. */
export type RecordLine =
  | { readonly call: RecordedCall }
  | { readonly resource: RecordedResource }
  /** First line: whether somebody edited the templates. */
  | { readonly run: { readonly edited: boolean } };

/** The policies of a run's templates and the distinct requests that they allowed, as lines of JSON in a file of its own. */
export class AccessRecord {
  readonly #file: RotatingLog;

  constructor(folder: string, run: { readonly edited: boolean }) {
    mkdirSync(folder, { recursive: true });
    this.#file = new RotatingLog(join(folder, `${randomUUID()}.jsonl`), { maxBytes: Infinity });
    this.#add({ run: { edited: run.edited } });
  }

  addCall(call: RecordedCall): void {
    this.#add({ call });
  }

  /** Returns the providers, which from now on record the policies that they create. */
  watch(providers: readonly ResourceProvider[]): readonly ResourceProvider[] {
    return providers.map((provider) => {
      if (!POLICY_TYPES.has(provider.type)) return provider;
      const provision = async (resource: Resource): ReturnType<ResourceProvider['provision']> => {
        const provisioned = await provider.provision(resource);
        const { physicalName: _physicalName, ...described } = resource;
        this.#add({ resource: { ...described, ref: provisioned.ref, arn: provisioned.attributes?.['Arn'] } });
        return provisioned;
      };
      return { ...provider, provision };
    });
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #add(line: RecordLine): void {
    this.#file.write(`${JSON.stringify(line)}\n`);
  }
}
