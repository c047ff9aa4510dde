import { REDRIVE_QUEUES } from '../../lambdas/contracts/redrive.ts';
import { STEPS } from '../../lambdas/contracts/steps.ts';

const WHERE = `Where
  --deployment PREFIX the deployment with this stack prefix (Sluice by default in cdk.json) instead of the laptop cloud
  --region REGION     region of the deployment (default: that of the AWS configuration)
  --profile NAME      profile of the AWS configuration
  --state DIR         state directory of the laptop cloud (default: .sluice in the project)`;

export const REDRIVE_USAGE = `Retries failed videos, or moves dead letters back to their queue.

  npm run -s redrive -- video ID_OR_KEY       retry one failed video
  npm run -s redrive -- step STEP             retry all videos that failed in a step: transcode, ${STEPS.join(', ')}
  npm run -s redrive -- code CODE             retry all videos that failed with an end code of docs/errors.md
  npm run -s redrive -- queue QUEUE           move a queue's dead letters back to it: ${REDRIVE_QUEUES.join(', ')}

Options
  --dry-run           print what would be done, and do nothing
  --json              print the result as JSON

${WHERE}

Exit status: 0 if everything was retried or moved, 1 if something was not, 2 if the command failed.`;

export const RECONCILE_USAGE = `Compares the buckets, the jobs and the schedules with the catalog, mends what is safe and names the rest.

  npm run -s reconcile -- [options]

Options
  --dry-run           name what was found, and mend nothing
  --last              print the report of the last run, and start none
  --remove-unknown    also delete output of videos and revisions that the catalog does not know; after a restore of the catalog,
                      that is output of everything that was made since
  --json              print the report as JSON

${WHERE}

Exit status: 0 if nothing is left to do, 1 if the report names something that needs you, 2 if the command failed.`;
