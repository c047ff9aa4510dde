import { makeClip } from '../clips.ts';
import { type ChainServices, startChainServices } from './services.ts';
import { chainSteps } from './steps.ts';

export interface StartedChain {
  readonly services: ChainServices;
  readonly chain: ReturnType<typeof chainSteps>;
  /** Test video, as MP4. */
  readonly movie: Buffer;
}

/**
 * Starts the services of the chain for a test file and stops them at its end.
 *
 * @param onStart receives them before the first test
 * @param clipOptions further ffmpeg arguments for the test video
 */
export function useChain(onStart: (started: StartedChain) => void, ...clipOptions: string[]): void {
  let services: ChainServices | undefined;
  beforeAll(async () => {
    const [started, movie] = await Promise.all([startChainServices(), makeClip(...clipOptions)]);
    services = started;
    onStart({ services, chain: chainSteps(services), movie });
  }, 60_000);
  afterAll(() => services?.close());
}
