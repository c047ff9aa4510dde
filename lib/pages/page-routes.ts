import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Function as EdgeFunction,
  type FunctionAssociation,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
} from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';

export interface PageRoutesProps {
  /** Scheme and authority of the edge if they differ from those on AWS, or else the empty string. */
  readonly edgeUrl: string;
  /** Custom domain of the edge. @default the domain of the distribution */
  readonly domainName?: string | undefined;
  /** Directory of the built pages. @default no pages are deployed */
  readonly directory?: string | undefined;
}

/** Documents that the function serves at the paths of pages, and never at their own. */
const DOCUMENTS = new Set(['/index.html', '/404.html']);

/**
 * Function that routes the requests of pages. All pages are one document. Another host name of the deployment redirects
 * to the registered one, to which alone the sign-in returns. An unknown path gets the document `/404.html`, to which the
 * function for viewer responses gives the status 404; it is not invoked for a missing file, whose status is that of the
 * origin.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html#functions-event-structure-status-body
 */
export class PageRoutes extends Construct {
  /** Associations for every behavior that serves pages. */
  readonly associations: FunctionAssociation[];

  constructor(scope: Construct, id: string, { edgeUrl, domainName = '', directory }: PageRoutesProps) {
    super(scope, id);
    const constants = [
      `const EDGE_URL = '${edgeUrl}';`,
      `const DOMAIN_NAME = '${domainName}';`,
      `const FILES = ${JSON.stringify(directory === undefined ? [] : listFiles(directory))};`,
    ];
    const code = readFileSync(join(import.meta.dirname, 'page-routes.js'), 'utf8');
    const routes = new EdgeFunction(this, 'Function', {
      comment: 'Serves the same document at the path of every page, and 404 elsewhere',
      code: FunctionCode.fromInline([...constants, code].join('\n')),
      runtime: FunctionRuntime.JS_2_0,
    });
    this.associations = [FunctionEventType.VIEWER_REQUEST, FunctionEventType.VIEWER_RESPONSE].map((eventType) => ({
      eventType,
      function: routes,
    }));
  }
}

/** Lists the paths of the files that are not below `/assets`, where deployments add further ones. */
function listFiles(directory: string): string[] {
  const files = globSync('*', { cwd: directory, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ name }) => `/${name}`).filter((path) => !DOCUMENTS.has(path)).toSorted();
}
