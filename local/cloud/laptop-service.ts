import type { Credentials } from '../aws-api/credentials.ts';
import type { ApiService } from '../aws-api/api-service.ts';
import type { FunctionLimits } from '../lambda/lambda.ts';
import type { Directory } from './directory.ts';
import type { Habits } from './habits.ts';
import type { Resource, ResourceProvider } from './resource.ts';

/** Configuration and shared facilities of one laptop cloud, handed to each of its services. */
export interface CloudContext {
  /** Directory that holds a file or directory of each stateful service. */
  readonly stateDirectory: string;
  /** Base URL of the AWS APIs, known once their server listens. */
  readonly endpoint: () => string;
  /** Path of a file asset, by its key in the assets bucket. */
  readonly assetPath: (key: string) => string;
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
  /** URL of a PostgreSQL server. @default PostgreSQL in process */
  readonly databaseUrl?: string | undefined;
  /** @default as many processes per function as the machine has cores, and AWS's delays */
  readonly functionLimits?: FunctionLimits;
  /** AWS's unpleasant habits that services copy. */
  readonly habits: Habits;
  /** Whether every request is evaluated against the policies of the template. @default false, for tests of a service */
  readonly enforcesIam?: boolean;
  /** Folder that receives a record of policies and allowed requests, and whether the templates are edited. @default no record */
  readonly accessRecord?: { readonly folder: string; readonly edited: boolean } | undefined;
  readonly credentials: Credentials;
  readonly directory: Directory;
  /** Reports a failure that no caller receives. */
  readonly reportError: (what: string, error: unknown) => void;
  /** Reports that a file of the state was left incomplete by a crash, and has been repaired. @default no effect */
  readonly reportRepair?: (message: string) => void;
  /** Whether a service does the work of this function itself, so that the function is recorded and never run. */
  readonly isReplacedLocally: (lambdaFunction: Resource) => boolean;
}

/** An open service: its state is loaded, and no background work runs before `start`. */
export interface OpenedService<Instance> {
  /** The object that dependent services use. */
  readonly instance: Instance;
  readonly apis?: readonly ApiService[];
  readonly providers?: readonly ResourceProvider[];
  /** Starts background work: called once, when every resource of the template exists. */
  readonly start?: () => void;
  /**
   * Stops taking work, and treats failures from here on as interruptions: called on every service before the first one
   * closes, since work in one fails when another has closed.
   */
  readonly prepareToClose?: () => void;
  readonly close?: () => Promise<void>;
}

/** Returns the instance of a service named in `dependsOn`. */
type GetDependency = <Instance>(dependency: LaptopService<Instance>) => Instance;

export interface ServiceDefinition<Instance> {
  /** Name of the service's folder. */
  readonly name: string;
  /** Services whose instances this one uses: they open and start before it and close after it. */
  readonly dependsOn?: readonly LaptopService<unknown>[];
  /** Services that receive this one's messages by ARN, through the directory; ordered like `dependsOn`. */
  readonly deliversTo?: readonly LaptopService<unknown>[];
  /** Whether it calls the APIs of any service over HTTP: services that do not depend on it are ordered like `dependsOn`. */
  readonly callsApis?: boolean;
  /** Whether the service does the work of this function of the template itself. */
  readonly replaces?: (lambdaFunction: Resource) => boolean;
  /** Opens the service on the state that an earlier run left. */
  readonly open: (
    context: CloudContext,
    get: GetDependency,
  ) => OpenedService<Instance> | Promise<OpenedService<Instance>>;
}

/** One AWS service of the laptop cloud. Each folder below `local/` that is a service exports one from `service.ts`. */
export class LaptopService<Instance> {
  readonly definition: ServiceDefinition<Instance>;
  readonly #instances = new WeakMap<CloudContext, { readonly instance: Instance }>();

  constructor(definition: ServiceDefinition<Instance>) {
    this.definition = definition;
  }

  get name(): string {
    return this.definition.name;
  }

  /** @throws Error if the service uses one that it does not list in `dependsOn` */
  async open(context: CloudContext): Promise<OpenedService<Instance>> {
    const { name, dependsOn = [], open } = this.definition;
    const opened = await open(context, (dependency) => {
      if (!dependsOn.includes(dependency))
        throw new Error(`Service ${name} must list ${dependency.name} in dependsOn.`);
      return dependency.instanceIn(context);
    });
    this.#instances.set(context, { instance: opened.instance });
    return opened;
  }

  /** @throws Error if the service is not open in this cloud */
  instanceIn(context: CloudContext): Instance {
    const opened = this.#instances.get(context);
    if (opened === undefined) throw new Error(`Service ${this.name} is not open.`);
    return opened.instance;
  }
}
