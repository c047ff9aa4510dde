export type { AudioRendition } from './audio-plan.ts';
export { displaySize, type Size } from './display-size.ts';
export { type Ladder, type LadderOptions, planLadder, type Rung } from './plan-ladder.ts';
export type { PosterPlan } from '../stills/poster-plan.ts';
export type { SourceAudioTrack, SourceVideo } from './source-video.ts';
export type { StoryboardPlan } from '../stills/storyboard-plan.ts';
