import * as z from 'zod';
import { regionalArn } from '../cloud/account.ts';
import type { ResourceProvider } from '../cloud/resource.ts';
import { DEFAULT_BUS_ARN, type EventBus } from './event-bus.ts';
import { compilePattern } from './pattern.ts';
import { targetInputSchema } from './target-input.ts';

const targetSchema = z.strictObject({
  ...targetInputSchema.shape,
  Id: z.string(),
  Arn: z.string(),
  RoleArn: z.string().optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
  /** Ignored, see `EventBus.put`. */
  RetryPolicy: z.object({}).optional(),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html */
const ruleSchema = z.object({
  Name: z.string().optional(),
  Description: z.string().optional(),
  EventBusName: z.enum(['default', DEFAULT_BUS_ARN], 'the laptop cloud supports the default event bus only').optional(),
  EventPattern: z.record(z.string(), z.unknown()),
  ScheduleExpression: z.undefined('the laptop cloud supports no scheduled rules').optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(targetSchema).default([]),
});

export function eventBridgeProviders(bus: EventBus): readonly ResourceProvider[] {
  return [
    {
      type: 'AWS::Events::Rule',
      supportedProperties: Object.keys(ruleSchema.shape),
      provision: async ({ properties, physicalName }) => {
        const given = ruleSchema.parse(properties);
        const name = given.Name ?? physicalName;
        const arn = regionalArn('events', `rule/${name}`);
        const matches = compilePattern(given.EventPattern, `${name}.EventPattern`);
        bus.addRule({
          name,
          arn,
          matches: given.State === 'ENABLED' ? matches : () => false,
          targets: given.Targets.map(({ Id, Arn, RoleArn: roleArn, DeadLetterConfig: deadLetters, ...input }) => ({
            id: Id,
            arn: Arn,
            input,
            roleArn,
            deadLetterArn: deadLetters?.Arn,
          })),
        });
        return { ref: name, attributes: { Arn: arn } };
      },
      delete: async ({ properties, physicalName }) => bus.removeRule(ruleSchema.parse(properties).Name ?? physicalName),
    },
  ];
}
