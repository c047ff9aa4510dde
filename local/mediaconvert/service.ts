import { join } from 'node:path';
import { LaptopService } from '../cloud/laptop-service.ts';
import { seededRandom } from '../cloud/seeded-random.ts';
import { eventBridgeService } from '../eventbridge/service.ts';
import { unreliablePublisher } from '../eventbridge/unreliable-events.ts';
import { describeDenial } from '../iam/describe-denial.ts';
import { iamService } from '../iam/service.ts';
import { s3Service } from '../s3/service.ts';
import { EncoderHabits } from './encoder-habits.ts';
import { s3EncoderStore } from './s3-encoder-store.ts';
import { mediaConvertApi } from './media-convert-api.ts';
import { MediaConvert } from './media-convert.ts';
import { queueProvider } from './queue-provider.ts';

export const mediaConvertService: LaptopService<MediaConvert> = new LaptopService({
  name: 'mediaconvert',
  dependsOn: [s3Service, eventBridgeService, iamService],
  open: async ({ stateDirectory, ffmpegPath, ffprobePath, habits, reportError }, get) => {
    const bus = get(eventBridgeService);
    const { authorizer } = get(iamService);
    const closing = new AbortController();
    const random = (purpose: string) => seededRandom(habits.seed, `mediaconvert ${purpose}`);
    const encoderHabits = new EncoderHabits(habits.mediaConvert, random('requests'));
    const mediaConvert = await MediaConvert.open({
      dir: join(stateDirectory, 'jobs'),
      store: s3EncoderStore(get(s3Service)),
      publish: unreliablePublisher(
        (event) => bus.publish(event),
        habits.encoderEvents,
        random('events'),
        closing.signal,
      ),
      habits: encoderHabits,
      findDenial: async ({ id, role, queueArn }, access) => {
        const session = { service: 'mediaconvert.amazonaws.com', sourceArn: queueArn, sessionName: `EmeSession_${id}` };
        const denial = await authorizer.findDenialWithRole(role, session, access);
        return denial && { action: denial.action, message: describeDenial(denial) };
      },
      ffmpegPath,
      ffprobePath,
      onError: (error) => reportError('An encoding job waits for space', error),
      // A short video does not wait for a long one.
      concurrentJobs: 2,
    });
    return {
      instance: mediaConvert,
      apis: [mediaConvertApi(mediaConvert, encoderHabits)],
      providers: [queueProvider(mediaConvert)],
      start: () => mediaConvert.start(),
      prepareToClose: () => {
        closing.abort();
        mediaConvert.prepareToClose();
      },
      close: () => mediaConvert.close(),
    };
  },
});
