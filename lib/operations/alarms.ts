import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { type AlarmedDeployment, listAlarms } from './alarm-kinds.ts';
import { AlarmTopic } from './alarm-topic.ts';

/**
 * Alarms, each with a link to its section of the runbook. They report to one topic, and report there when they are over.
 * Missing data is never out of range: no metric asks the database on a clock, and many exist only while something is wrong.
 */
export class Alarms extends Construct {
  readonly topic: AlarmTopic;
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmedDeployment) {
    super(scope, id);
    const { settings } = props;
    this.topic = new AlarmTopic(this, 'Topic', settings.alarmEmail);
    const action = new SnsAction(this.topic);
    this.alarms = listAlarms(props).map((kind) => {
      const alarm = new Alarm(this, kind.id.replaceAll('/', ''), {
        alarmDescription: `${kind.meaning} ${settings.runbook}#${kind.section}`,
        metric: kind.metric,
        threshold: kind.threshold,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: kind.periods,
        datapointsToAlarm: kind.needed,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
  }
}
