import { CLOUDFRONT, S3 } from './list-prices.ts';
import { priceOfVolume } from './price-steps.ts';

/** A service's traffic, and the videos that cause it. */
export interface Scale {
  readonly viewersPerDay: number;
  readonly videosPerViewer: number;
  readonly uploadsPerDay: number;
  /** Size of a source, in megabytes of 1,000,000 bytes. */
  readonly megabytes: number;
  readonly minutes: number;
  /** Part of a video that viewers watch on average, 0 to 1. */
  readonly watched: number;
  /** Share of the uploads that is watched enough to be worth its encode, 0 to 1. */
  readonly popularUploads: number;
  /** Share of all views that these uploads have, 0 to 1. */
  readonly popularViews: number;
}

/** The ladder of a source, as the chain encodes it. */
export interface PricedLadder {
  /** List price of an encode per minute of the source, in US dollars. */
  readonly usdPerMinute: number;
  /** Average bit rate of all renditions together, as they are stored. */
  readonly storedBps: number;
  /** Bit rate that a viewer gets on average, sound included. */
  readonly deliveredBps: number;
}

/** One way to run the service, per day; bytes and US dollars. */
export interface CostedWay {
  readonly deliveredGb: number;
  readonly deliveryUsd: number;
  readonly encodeUsd: number;
}

export interface ScaleCost {
  readonly views: number;
  readonly uploadedGb: number;
  /** The first estimate: each view transfers the whole source, at one price. */
  readonly estimate: CostedWay;
  /** The same bytes at the price list's steps for the volume of a month. */
  readonly listed: CostedWay;
  /** Every upload is encoded, and viewers get the rendition that suits them. */
  readonly encodedAll: CostedWay;
  /** Only popular uploads are encoded; the others are delivered as they are. */
  readonly encodedOnDemand: CostedWay;
  /** Views from which an encode costs less than it saves in delivery; undefined if it never does. */
  readonly worthwhileViews: number | undefined;
  readonly requestsUsd: number;
  readonly shield: { readonly withoutUsd: number; readonly withUsd: number };
  /** To keep the uploads of one month, with their renditions, for a month. */
  readonly storageUsdMonth: number;
  /** Flat-rate plan that covers a month of `encodedAll`; undefined if it exceeds all of them. */
  readonly plan: (typeof CLOUDFRONT.flatRatePlans)[number] | undefined;
}

/** Price per GB that the first estimate of the design assumed. */
export const ESTIMATED_USD_PER_GB = 0.02;

const DAYS_PER_MONTH = 30;
const BYTES_PER_GB = 1e9;
const SEGMENT_SECONDS = 6;
/** Requests of a view besides its segments: document, playlists and init segments. */
const OTHER_REQUESTS = 8;
/** Regional caches of CloudFront, each of which requests a segment once: its documentation names 13. */
const REGIONAL_CACHES = 13;

/** Computes what a service costs, step by step from its first estimate. */
export function modelScale(scale: Scale, ladder: PricedLadder): ScaleCost {
  const { uploadsPerDay, megabytes, minutes, watched, popularUploads, popularViews } = scale;
  const views = scale.viewersPerDay * scale.videosPerViewer;
  const sourceGb = megabytes / 1000;
  const renditionGb = (ladder.deliveredBps * minutes * 60) / 8 / BYTES_PER_GB;
  const encodeUsd = uploadsPerDay * minutes * ladder.usdPerMinute;
  const way = (deliveredGb: number, encoded: number): CostedWay => ({
    deliveredGb,
    deliveryUsd: priceOfVolume(deliveredGb * DAYS_PER_MONTH, CLOUDFRONT.transferGb) / DAYS_PER_MONTH,
    encodeUsd: encodeUsd * encoded,
  });
  const listed = way(views * sourceGb, 0);
  const encodedAll = way(views * watched * renditionGb, 1);
  const mixedGb = renditionGb * popularViews + sourceGb * (1 - popularViews);
  // What the last GB of the day costs, since one more encode saves the last ones.
  const marginalUsd = priceAfter(listed.deliveredGb * DAYS_PER_MONTH);
  const savedUsdPerView = (sourceGb - renditionGb) * watched * marginalUsd;
  const segments = 2 * Math.ceil((minutes * 60) / SEGMENT_SECONDS);
  const firstRequests = Math.min(views, uploadsPerDay * REGIONAL_CACHES) * segments;
  const monthlyTb = (encodedAll.deliveredGb * DAYS_PER_MONTH) / 1000;
  const monthlyRequests = (views * (segments * watched + OTHER_REQUESTS) * DAYS_PER_MONTH) / 1e6;
  const storedGb = uploadsPerDay * DAYS_PER_MONTH * (sourceGb + (ladder.storedBps * minutes * 60) / 8 / BYTES_PER_GB);
  return {
    views,
    uploadedGb: uploadsPerDay * sourceGb,
    estimate: { ...listed, deliveryUsd: listed.deliveredGb * ESTIMATED_USD_PER_GB },
    listed,
    encodedAll,
    encodedOnDemand: way(views * watched * mixedGb, popularUploads),
    worthwhileViews: savedUsdPerView > 0 ? Math.ceil((minutes * ladder.usdPerMinute) / savedUsdPerView) : undefined,
    requestsUsd: ((monthlyRequests * 1e6) / DAYS_PER_MONTH / 10_000) * CLOUDFRONT.https10000,
    shield: {
      withoutUsd: (firstRequests / 1000) * S3.read1000,
      withUsd: (firstRequests / REGIONAL_CACHES / 1000) * S3.read1000 + (firstRequests / 10_000) * CLOUDFRONT.shield10000,
    },
    storageUsdMonth: priceOfVolume(storedGb, S3.storageGbMonth),
    plan: CLOUDFRONT.flatRatePlans.find(
      ({ allowanceTb, millionRequests }) => monthlyTb <= allowanceTb && monthlyRequests <= millionRequests,
    ),
  };
}

/** Returns the price of one more GB in a month. */
function priceAfter(monthlyGb: number): number {
  return CLOUDFRONT.transferGb.find(({ upToGb }) => monthlyGb < upToGb)?.usd ?? 0;
}
