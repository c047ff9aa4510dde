import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IWidget,
  LogQueryWidget,
  type Metric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { AlarmedDeployment } from './alarm-kinds.ts';
import { appMetric, databaseUse, functionMetric, queueMetric } from './metrics.ts';
import type { Labeled } from './watched-resources.ts';

export interface DashboardProps extends AlarmedDeployment {
  readonly alarms: readonly Alarm[];
}

const PERIOD = Duration.minutes(5);
const FULL_WIDTH = 24;

/** Components in the order in which a video passes through them, by the start of their resources' labels. */
const WAY_OF_A_VIDEO: readonly (readonly [component: string, title: string])[] = [
  ['Transcode', 'Upload and transcode: uploads are inspected, jobs are submitted'],
  ['Completion', 'Completion: job states, ends of videos'],
  ['Metadata', 'Metadata: what was encoded'],
  ['Thumbnails', 'Thumbnails: posters and storyboards'],
  ['Permissions', 'Permissions: objects are published'],
  ['Playlists', 'Playlists: playback'],
  ['Packager', 'Packager: segments just in time'],
  ['ApiFunction', 'API'],
  ['Withdrawal', 'Withdrawal: videos are withdrawn, published and retired'],
  ['Removal', 'Removal: videos are deleted'],
];

/**
 * Dashboard whose rows follow a video through its steps. It reads fewer than 50 metrics, with which CloudWatch's free tier
 * covers three dashboards.
 * https://aws.amazon.com/cloudwatch/pricing/
 */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const rows = WAY_OF_A_VIDEO.map(([component, title]) => makeRow(props, component, title));
    new CloudWatchDashboard(this, 'Dashboard', {
      defaultInterval: Duration.hours(12),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...props.alarms], width: FULL_WIDTH })],
        makeVideoRow(props),
        [makeCodeList(props)],
        [makeFailingList(props)],
        ...rows,
        [graph('Database: share of its capacity in use, in percent', [databaseUse(props.cluster, PERIOD)], FULL_WIDTH)],
      ],
    });
  }
}

function makeVideoRow({ deployment }: DashboardProps): IWidget[] {
  const sum = (name: 'VideosFailed' | 'VideosReady' | 'VideosRejected'): Metric => appMetric(deployment, name, 'Sum', PERIOD);
  return [
    graph('Videos that ended', [sum('VideosReady'), sum('VideosFailed'), sum('VideosRejected')], 8),
    graph('Seconds from upload to ready', [appMetric(deployment, 'TimeToReady', 'Average', PERIOD)], 4),
    graph('Seconds that unfinished videos have taken', [appMetric(deployment, 'UnfinishedAge', 'Maximum', PERIOD)], 4),
    graph('Failed deliveries of messages that keep failing', [appMetric(deployment, 'MessagesFailing', 'Sum', PERIOD)], 4),
    graph('US dollars spent on encodes this day', [appMetric(deployment, 'SpentToday', 'Maximum', PERIOD)], 4),
  ];
}

/** End codes are no dimension of a metric, so that a query of the log counts them. */
function makeCodeList({ functions }: DashboardProps): IWidget {
  const completion = functions.find(({ label }) => label.startsWith('Completion/'));
  return new LogQueryWidget({
    title: 'Failed and rejected videos by code',
    width: FULL_WIDTH,
    height: 6,
    logGroupNames: completion === undefined ? [] : [completion.resource.logGroup.logGroupName],
    queryLines: ['filter ispresent(code) and (VideosFailed = 1 or VideosRejected = 1)', 'stats count(*) as videos by code', 'sort videos desc'],
  });
}

/** Queues are no dimension of the metric either. Functions that no queue feeds never write such a line. */
function makeFailingList({ functions, queues }: DashboardProps): IWidget {
  const fed = functions.filter(({ resource }) => queues.some(({ resource: { consumer } }) => consumer === resource));
  return new LogQueryWidget({
    title: 'Messages that keep failing, by queue',
    width: FULL_WIDTH,
    height: 6,
    logGroupNames: fed.map(({ resource }) => resource.logGroup.logGroupName),
    queryLines: ['filter MessagesFailing = 1', 'stats count(*) as deliveries by queue, messageId', 'sort deliveries desc'],
  });
}

function makeRow({ queues, functions }: DashboardProps, component: string, title: string): IWidget[] {
  const belongs = ({ label }: Labeled<unknown>): boolean => label.startsWith(`${component}/`) || label.startsWith(`${component}Work`);
  const waiting = queues.filter(belongs).map(({ resource }) => resource.queue);
  const running = functions.filter(belongs).map(({ resource }) => resource.functionName);
  const width = waiting.length === 0 ? FULL_WIDTH : FULL_WIDTH / 2;
  const invocations = running.flatMap((name) => [functionMetric(name, 'Invocations', PERIOD), functionMetric(name, 'Errors', PERIOD)]);
  return [
    new TextWidget({ markdown: `## ${title}`, width: FULL_WIDTH, height: 1 }),
    graph('Invocations and errors', invocations, width),
    ...(waiting.length === 0
      ? []
      : [
          new GraphWidget({
            title: 'Messages, and seconds that the oldest has waited',
            width,
            left: waiting.map((queue) => queueMetric(queue, 'ApproximateNumberOfMessagesVisible', PERIOD)),
            right: waiting.map((queue) => queueMetric(queue, 'ApproximateAgeOfOldestMessage', PERIOD)),
          }),
        ]),
  ];
}

function graph(title: string, left: Metric[], width: number): IWidget {
  return new GraphWidget({ title, left, width });
}
