import { recordOf } from './record-of.ts';

/** A text in each language of the pages. */
export type Translated<Text> = Readonly<Record<'en' | 'ko', Text>>;

/** Says what happened, and what to do next. */
export interface FailureText {
  readonly what: string;
  readonly next: string;
}

/** Step as every part of Sluice knows it; its name is also the folder of its function. */
export interface ChainStep {
  /** Label on a video's timeline. */
  readonly label: Translated<string>;
  /** Explanation of the end code `<name>_failed`, for a revision on which the step has failed for good. */
  readonly failure: Translated<FailureText>;
  /** Whether a revision becomes `ready` only after this step. If not, the step may finish later or fail. */
  readonly requiredForReady: boolean;
}

/** The steps that run side by side once a job is complete. */
export const CHAIN_STEPS = {
  permissions: {
    label: { en: 'Permissions', ko: '접근 권한' },
    failure: {
      en: { what: 'The encoded video could not be published.', next: 'Try again in a moment.' },
      ko: { what: '인코딩한 동영상을 게시하지 못했습니다.', next: '잠시 후 다시 시도해 주세요.' },
    },
    requiredForReady: true,
  },
  thumbnails: {
    label: { en: 'Thumbnails', ko: '미리보기 이미지' },
    failure: {
      en: { what: 'The poster and preview images could not be created.', next: 'Try again in a moment.' },
      ko: { what: '포스터와 미리보기 이미지를 만들지 못했습니다.', next: '잠시 후 다시 시도해 주세요.' },
    },
    requiredForReady: true,
  },
  metadata: {
    label: { en: 'Metadata', ko: '정보 기록' },
    failure: {
      en: { what: 'The encoding results could not be recorded.', next: 'Try again in a moment.' },
      ko: { what: '인코딩 결과를 기록하지 못했습니다.', next: '잠시 후 다시 시도해 주세요.' },
    },
    requiredForReady: true,
  },
} as const satisfies Readonly<Record<string, ChainStep>>;

export type Step = keyof typeof CHAIN_STEPS;
export const STEPS: readonly Step[] = Object.keys(CHAIN_STEPS).filter(isStep);

/** Steps without which no revision becomes `ready`. */
export const REQUIRED_STEPS = STEPS.filter(isRequiredForReady);

function isStep(name: string): name is Step {
  return Object.hasOwn(CHAIN_STEPS, name);
}

export function isRequiredForReady(step: Step): boolean {
  const { requiredForReady }: ChainStep = CHAIN_STEPS[step];
  return requiredForReady;
}

/** End code of a revision on which the step has failed for good. */
export type StepFailedCode = `${Step}_failed`;

export function failedCode(step: Step): StepFailedCode {
  return `${step}_failed`;
}

/** Derives a value for each step. @returns the values by step name */
export function mapSteps<Value>(derive: (name: Step, step: ChainStep) => Value): Record<Step, Value> {
  return recordOf(STEPS, (name) => derive(name, CHAIN_STEPS[name]));
}

/** Derives a value for the end code of each step. @returns the values by end code */
export function mapStepFailures<Value>(derive: (step: ChainStep) => Value): Record<StepFailedCode, Value> {
  const steps = new Map(STEPS.map((name) => [failedCode(name), CHAIN_STEPS[name]]));
  return recordOf([...steps.keys()], (code) => derive(steps.get(code)!));
}
