import { apiGatewayService } from './api-gateway/service.ts';
import { bucketDeploymentService } from './bucket-deployment/service.ts';
import type { LaptopService } from './cloud/laptop-service.ts';
import { cloudFrontService } from './cloudfront/service.ts';
import { cloudWatchService } from './cloudwatch/service.ts';
import { cognitoService } from './cognito/service.ts';
import { eventBridgeService } from './eventbridge/service.ts';
import { iamService } from './iam/service.ts';
import { kmsService } from './kms/service.ts';
import { lambdaService } from './lambda/service.ts';
import { logsService } from './logs/service.ts';
import { mediaConvertService } from './mediaconvert/service.ts';
import { networkService } from './network/service.ts';
import { rdsDataService } from './rds-data/service.ts';
import { s3Service } from './s3/service.ts';
import { schedulerService } from './scheduler/service.ts';
import { secretsManagerService } from './secrets-manager/service.ts';
import { snsService } from './sns/service.ts';
import { sqsService } from './sqs/service.ts';
import { stsService } from './sts/service.ts';
import { wafService } from './waf/service.ts';

/** Every service that the template needs, by name. */
export const SERVICES: readonly LaptopService<unknown>[] = [
  apiGatewayService,
  bucketDeploymentService,
  cloudFrontService,
  cloudWatchService,
  cognitoService,
  eventBridgeService,
  iamService,
  kmsService,
  lambdaService,
  logsService,
  mediaConvertService,
  networkService,
  rdsDataService,
  s3Service,
  schedulerService,
  secretsManagerService,
  snsService,
  sqsService,
  stsService,
  wafService,
];
