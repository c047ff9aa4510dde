import * as z from 'zod';
import type { ApiService } from '../aws-api/api-service.ts';
import { regionalArn } from '../cloud/account.ts';
import { type AccessTable, jsonOperation, jsonService } from '../aws-api/json-operations.ts';
import { DEFAULT_BUS_ARN, type EventBus } from './event-bus.ts';

const entrySchema = z.object({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  /** JSON object as text. */
  Detail: z.string().optional(),
  Resources: z.array(z.string()).default([]),
  /** Seconds since the epoch. */
  Time: z.number().optional(),
  EventBusName: z.string().optional(),
});
type Entry = z.infer<typeof entrySchema>;

const MAX_ENTRY_BYTES = 256 * 1024;

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html */
const EVENTS_ACCESS: AccessTable<'PutEvents'> = {
  PutEvents: (input) =>
    input
      .list('Entries')
      .map((entry) => ({ action: 'events:PutEvents', resource: arnOfBus(entry.text('EventBusName') || 'default') })),
};

function arnOfBus(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn : regionalArn('events', `event-bus/${nameOrArn}`);
}

/**
 * Makes the EventBridge API; rules are defined by the template.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export function eventBridgeApi(bus: EventBus): ApiService {
  return jsonService('events', 'AWSEvents', EVENTS_ACCESS, {
    PutEvents: jsonOperation(
      z.object({ Entries: z.array(entrySchema).min(1).max(10) }),
      async ({ Entries: entries }) => {
        const results = await Promise.all(entries.map((entry) => putEntry(bus, entry)));
        return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
      },
    ),
  });
}

async function putEntry(
  bus: EventBus,
  entry: Entry,
): Promise<{ EventId: string } | { ErrorCode: string; ErrorMessage: string }> {
  const { Source: source, DetailType: detailType, Detail: text, Resources: resources, Time: time } = entry;
  if (!source)
    return rejectEntry('InvalidArgument', 'Parameter Source is not valid. Reason: Source is a required argument.');
  if (!detailType)
    return rejectEntry(
      'InvalidArgument',
      'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
    );
  if (source.startsWith('aws.')) {
    return rejectEntry('NotAuthorizedForSourceException', `Not authorized to put events with source ${source}.`);
  }
  if (entry.EventBusName !== undefined && entry.EventBusName !== 'default' && entry.EventBusName !== DEFAULT_BUS_ARN) {
    return rejectEntry('ResourceNotFoundException', `Event bus ${entry.EventBusName} does not exist.`);
  }
  const detail = parseObject(text ?? '');
  if (detail === undefined) return rejectEntry('MalformedDetail', 'Detail is malformed.');
  const bytes = [source, detailType, text ?? '', ...resources].reduce((sum, part) => sum + Buffer.byteLength(part), 14);
  if (bytes > MAX_ENTRY_BYTES)
    return rejectEntry('InvalidArgument', `Total size of the entry is over ${MAX_ENTRY_BYTES} bytes.`);
  try {
    const input = { source, 'detail-type': detailType, detail, resources };
    return { EventId: await bus.put(time === undefined ? input : { ...input, time: new Date(time * 1000) }) };
  } catch {
    return rejectEntry('InternalFailure', 'A target could not store the event. Put it again.');
  }
}

function rejectEntry(ErrorCode: string, ErrorMessage: string): { ErrorCode: string; ErrorMessage: string } {
  return {
    ErrorCode,
    ErrorMessage,
  };
}

function parseObject(text: string): object | undefined {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
