import { GetObjectTaggingCommand } from '@aws-sdk/client-s3';
import { findPointerState } from '../../../catalog/videos/pointer-state.ts';
import { writePointer } from '../../../lambdas/chain/write-pointer.ts';
import { pointerKey } from '../../../lambdas/contracts/output-layout.ts';
import { requestPublication } from '../../../lambdas/api/request-publication.ts';
import { transcodeUpload } from '../../../lambdas/transcode/transcode-upload.ts';
import { readPointer } from '../../support/chain/read-pointer.ts';
import type { ChainServices } from '../../support/chain/services.ts';
import { type StartedChain, useChain } from '../../support/chain/use-chain.ts';

let services: ChainServices;
let chain: StartedChain['chain'];
let movie: Buffer;
useChain((started) => void ({ services, chain, movie } = started));

/** Starts a pointer's writer that stops before each of its requests. */
function startWriter(videoId: string) {
  let advance = (): void => undefined;
  let hasStopped = Promise.withResolvers<boolean>();
  const functions = services.steppedBy(async () => {
    const gate = Promise.withResolvers<void>();
    advance = gate.resolve;
    hasStopped.resolve(true);
    await gate.promise;
  });
  const done = writePointer(functions, videoId);
  const finished = done.then(() => false);
  return {
    /** Lets the writer make requests, and waits until it stops before the next one. @returns the number that it made */
    step: async (requests: number): Promise<number> => {
      for (let made = 0; ; made += 1) {
        if (!(await Promise.race([hasStopped.promise, finished]))) return made;
        if (made === requests) return made;
        hasStopped = Promise.withResolvers();
        advance();
      }
    },
    done,
  };
}

async function withdraw(videoId: string, withdrawn: boolean): Promise<void> {
  await requestPublication(services, videoId, withdrawn);
  services.publications.splice(0);
}

describe('the pointer of a video', () => {
  test('names the source as soon as its file was inspected, and the renditions once they are ready', async () => {
    const encode = await chain.startEncode('pointed.mp4', movie);
    const { videoId } = encode;
    expect(await readPointer(services, videoId)).toEqual({ number: 1, target: { kind: 'source', revision: 1 }, previous: null });
    await chain.finish(encode);
    const target = { kind: 'encode', revision: 1, attemptId: encode.prefix.split('/').at(-2) };
    expect(await readPointer(services, videoId)).toEqual({ number: 2, target, previous: { kind: 'source', revision: 1 } });
    const newer = await chain.startEncode('pointed.mp4', movie);
    expect(await readPointer(services, videoId)).toEqual({ number: 3, target: { kind: 'source', revision: 2 }, previous: target });
    await chain.finish(newer);
    expect((await readPointer(services, videoId)).target).toMatchObject({ kind: 'encode', revision: 2 });
  });

  test('is published in the request that writes it, and says that nothing plays of a withdrawn and of a deleted video', async () => {
    const encode = await chain.startEncode('withdrawn pointer.mp4', movie);
    const { videoId } = encode;
    await chain.finish(encode);
    const object = { Bucket: services.outputBucket, Key: pointerKey(videoId) };
    const tagsOf = async () => (await services.s3.send(new GetObjectTaggingCommand(object))).TagSet;
    const published = [{ Key: 'sluice:published', Value: 'true' }];
    await chain.setWithdrawn(videoId, true);
    expect(await readPointer(services, videoId)).toMatchObject({ target: null, previous: null });
    expect(await tagsOf()).toEqual(published);
    await chain.setWithdrawn(videoId, false);
    expect((await readPointer(services, videoId)).target).toMatchObject({ kind: 'encode' });
    await chain.remove(videoId);
    expect(await readPointer(services, videoId)).toMatchObject({ target: null, previous: null });
    expect(await tagsOf()).toEqual(published);
  });

  test('shows the newest state whenever two writers are stopped between any two of their requests', async () => {
    const { videoId } = await chain.startEncode('raced.mp4', movie);
    // The first writer read a state that changes; the second one reads the change.
    let isWithdrawn = false;
    let [firstMost, secondMost] = [Infinity, Infinity];
    for (let first = 0; first <= firstMost; first += 1) {
      secondMost = Infinity;
      for (let second = 0; second <= secondMost; second += 1) {
        const one = startWriter(videoId);
        if ((await one.step(first)) < first) firstMost = first;
        isWithdrawn = !isWithdrawn;
        await withdraw(videoId, isWithdrawn);
        const other = startWriter(videoId);
        if ((await other.step(second)) < second) secondMost = second;
        await Promise.all([one.step(Infinity), other.step(Infinity), one.done, other.done]);
        const state = await findPointerState(services.database, videoId);
        const target = isWithdrawn ? null : { kind: 'source', revision: 1 };
        expect(await readPointer(services, videoId)).toMatchObject({ number: state?.number, target });
        expect(state?.writtenNumber).toBe(state?.number);
      }
    }
    expect(firstMost).toBeGreaterThan(3);
    expect(firstMost).toBeLessThan(20);
  });

  test('is not written for a video of which nothing plays', async () => {
    const event = await services.upload('never played.mp4', 'no video');
    await transcodeUpload(services, event);
    const { videoId, status } = (await chain.revisionOf(event))!;
    expect(status).toBe('rejected');
    await writePointer(services, videoId);
    await expect(readPointer(services, videoId)).rejects.toThrow('key does not exist');
  });
});
