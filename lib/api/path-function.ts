import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Function as EdgeFunction,
  type FunctionAssociation,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
} from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import type { ProblemCode } from '../../lambdas/contracts/api/problem-codes.ts';
import { problemLiteral } from './problem-body.ts';

export interface PathFunctionProps {
  /**
   * Code in this folder: `canonical-path` gives each path of a kept response the one spelling that is invalidated, and
   * `plain-path` refuses encoded delimiters, empty segments and dot segments.
   */
  readonly file: 'canonical-path' | 'plain-path';
  /** Its description in the console. */
  readonly comment: string;
  /** Problem with which it refuses a path. */
  readonly problem: ProblemCode;
}

/** Function at the edge that checks the paths of the API. */
export class PathFunction extends Construct {
  readonly association: FunctionAssociation;

  constructor(scope: Construct, id: string, { file, comment, problem }: PathFunctionProps) {
    super(scope, id);
    const source = readFileSync(join(import.meta.dirname, `${file}.js`), 'utf8');
    this.association = {
      eventType: FunctionEventType.VIEWER_REQUEST,
      function: new EdgeFunction(this, 'Function', {
        comment,
        code: FunctionCode.fromInline(`const NOT_FOUND = ${problemLiteral(problem)};\n${source}`),
        runtime: FunctionRuntime.JS_2_0,
      }),
    };
  }
}
