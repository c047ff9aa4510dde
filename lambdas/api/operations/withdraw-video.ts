import { videoSchema } from '../../contracts/api/video.ts';
import { findManagedVideo, presentVideoFor } from '../find-video-for.ts';
import { defineOperation, jsonResponse } from '../operation.ts';
import { videoParameters } from '../path-parameters.ts';
import { ProblemError } from '../problems.ts';

export const withdrawVideoOperation = defineOperation(
  {
    method: 'post',
    path: '/api/videos/{videoId}/withdraw',
    operationId: 'withdrawVideo',
    summary: 'Withdraw a video',
    description:
      'Nobody can play the video until it is published again: no URL is signed, playlists are refused within 60 ' +
      'seconds, and media once its copies at the edge are gone, minutes later at most. Only its owner and ' +
      'administrators still see it. Uploads of its key continue, and a new revision is withdrawn too. Repeating the ' +
      'request is harmless. Changing the visibility withdraws nothing: it decides who gets new URLs.',
    tags: ['Videos'],
    access: 'viewer',
    request: { params: videoParameters },
    responses: { 202: jsonResponse('The withdrawn video', videoSchema) },
    problems: ['forbidden', 'video_not_found'],
  },
  async (c) => {
    const { services, user } = c.var;
    const { videoId } = c.req.valid('param');
    await findManagedVideo(services, user, videoId);
    if (!(await services.setWithdrawn(videoId, true))) throw new ProblemError('video_not_found');
    services.logger.info('video withdrawn', { videoId, userId: user.id });
    return c.json(await presentVideoFor(services, user, videoId), 202);
  },
);
