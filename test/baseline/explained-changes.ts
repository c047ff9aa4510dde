import type { DangerousChange } from '../support/lib/templates/compare-templates.ts';

interface Explanation extends Pick<DangerousChange, 'stack' | 'change'> {
  /** Logical ids or names of exports. */
  readonly names: readonly string[];
  readonly reason: string;
}

const SAME_DOMAIN = 'A custom resource returns the domain that the pool has had since its creation.';

/** Dangerous changes since the last release that lose nothing. `npm run baseline` makes all of them obsolete. */
export const EXPLAINED_CHANGES: readonly Explanation[] = [
  {
    stack: 'SluiceData',
    change: 'replaced',
    names: ['CatalogClusterWriterEDAC4ADF', 'CatalogClusterReader66BDFDD6'],
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html
    reason: 'Automatic upgrades are switched off, which interrupts at most; the data is in the cluster, not in its instances.',
  },
  { stack: 'SluiceData', change: 'replaced', names: ['AccountsDomainD7038BAC'], reason: SAME_DOMAIN },
  {
    stack: 'SluiceData',
    change: 'export in use',
    names: ['SluiceData:ExportsOutputRefAccountsDomainD7038BACD5F66C1A'],
    reason: SAME_DOMAIN,
  },
  {
    stack: 'SluicePipeline',
    change: 'removed',
    names: [
      'TranscodeUploadsDeadLettersE31F1BB6',
      'PermissionsWorkDeadLetters9E6B62BC',
      'ThumbnailsWorkDeadLetters6088AADF',
      'MetadataWorkDeadLettersD8E08549',
    ],
    reason: 'Completion consumed these dead letters at once; those of the whole chain now share its queue.',
  },
];

/** Returns why a dangerous change is accepted; undefined if it is not. */
export function explanationOf({ stack, name, change }: DangerousChange): string | undefined {
  return EXPLAINED_CHANGES.find((each) => each.stack === stack && each.change === change && each.names.includes(name))?.reason;
}
