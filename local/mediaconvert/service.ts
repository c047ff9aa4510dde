import { join } from 'node:path';
import { LaptopService } from '../cloud/laptop-service.ts';
import { eventBridgeService } from '../eventbridge/service.ts';
import { s3Service } from '../s3/service.ts';
import { s3EncoderStore } from './s3-encoder-store.ts';
import { mediaConvertApi } from './media-convert-api.ts';
import { MediaConvert } from './media-convert.ts';
import { queueProvider } from './queue-provider.ts';

export const mediaConvertService: LaptopService<MediaConvert> = new LaptopService({
  name: 'mediaconvert',
  dependsOn: [s3Service, eventBridgeService],
  open: async ({ stateDirectory, ffmpegPath, ffprobePath }, get) => {
    const bus = get(eventBridgeService);
    const mediaConvert = await MediaConvert.open({
      dir: join(stateDirectory, 'jobs'),
      store: s3EncoderStore(get(s3Service)),
      publish: (event) => bus.publish(event),
      ffmpegPath,
      ffprobePath,
      // A short video does not wait for a long one.
      concurrentJobs: 2,
    });
    return {
      instance: mediaConvert,
      apis: [mediaConvertApi(mediaConvert)],
      providers: [queueProvider(mediaConvert)],
      start: () => mediaConvert.start(),
      close: () => mediaConvert.close(),
    };
  },
});
