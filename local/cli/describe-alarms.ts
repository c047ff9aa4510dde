import { HttpRequest } from '@smithy/protocol-http';
import * as z from 'zod';
import { createSigner } from '../aws-api/signing.ts';
import { REGION } from '../cloud/account.ts';
import type { Running } from './running.ts';

const responseSchema = z.object({
  MetricAlarms: z.array(
    z.object({
      AlarmName: z.string(),
      AlarmDescription: z.string().default(''),
      StateValue: z.enum(['ALARM', 'INSUFFICIENT_DATA', 'OK']),
      StateReason: z.string(),
      /** Seconds since the epoch. */
      StateUpdatedTimestamp: z.number(),
    }),
  ),
});

export interface AlarmStatus {
  readonly name: string;
  /** Meaning of the alarm, and its section of the runbook. */
  readonly description: string;
  readonly state: 'ALARM' | 'INSUFFICIENT_DATA' | 'OK';
  readonly reason: string;
  /** Time of the last transition. */
  readonly since: Date;
}

/** Returns all alarms of a running laptop cloud, those that are raised first. */
export async function describeAlarms(running: Running): Promise<readonly AlarmStatus[]> {
  const url = new URL(running.endpoint);
  const unsigned = new HttpRequest({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port),
    path: '/',
    headers: {
      host: url.host,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'GraniteServiceVersion20100801.DescribeAlarms',
    },
    body: '{}',
  });
  const signed = await createSigner({ region: REGION, signingName: 'monitoring' }, running).sign(unsigned);
  const { host: _host, ...headers } = signed.headers;
  const response = await fetch(url, { method: 'POST', headers, body: '{}' });
  if (!response.ok) throw new Error(`The alarms cannot be read: ${await response.text()}`);
  const { MetricAlarms: alarms } = responseSchema.parse(await response.json());
  const described = alarms.map((alarm) => ({
    name: alarm.AlarmName,
    description: alarm.AlarmDescription,
    state: alarm.StateValue,
    reason: alarm.StateReason,
    since: new Date(alarm.StateUpdatedTimestamp * 1000),
  }));
  return [...described.filter(({ state }) => state === 'ALARM'), ...described.filter(({ state }) => state !== 'ALARM')];
}
