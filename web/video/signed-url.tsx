import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { asApiError, type ApiError } from '../api/problem.ts';
import { getPlayback } from '../api/videos.ts';
import { CopyButton } from '../shell/copy-button.tsx';
import { ShortTrouble } from '../shell/trouble.tsx';
import { format, t } from '../texts/texts.ts';

const EXPIRIES = [3600, 86_400, 604_800] as const;
type Format = 'hls' | 'dash';

const FORMATS: readonly Format[] = ['hls', 'dash'];

/** A URL that any player takes, for as long as the person chooses. */
export const SignedUrl = ({ videoId }: { videoId: string }): VNode => {
  const kind = useSignal<Format>('hls');
  const expiry = useSignal<(typeof EXPIRIES)[number]>(3600);
  const playback = useSignal<Playback | null>(null);
  const error = useSignal<ApiError | null>(null);
  const make = async (): Promise<void> => {
    error.value = null;
    try {
      playback.value = await getPlayback(videoId, expiry.value);
    } catch (reason) {
      error.value = asApiError(reason);
    }
  };
  const url = playback.value === null ? null : kind.value === 'hls' ? playback.value.hlsUrl : playback.value.dashUrl;
  const chooseExpiry = (value: string): void => {
    expiry.value = EXPIRIES.find((seconds) => String(seconds) === value) ?? 3600;
    // What was made before is valid for another time than is shown now.
    playback.value = null;
  };
  return (
    <div class="share-part">
      <h3>{t.share.signedUrl}</h3>
      <p class="hint">{t.share.signedText}</p>
      <div class="share-row">
        <label>
          <span class="label">{t.share.format}</span>
          <select
            class="input"
            value={kind.value}
            onChange={(event) => (kind.value = event.currentTarget.value === 'dash' ? 'dash' : 'hls')}
          >
            {FORMATS.map((one) => (
              <option key={one} value={one}>
                {one.toUpperCase()}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span class="label">{t.share.expiry}</span>
          <select
            class="input"
            value={String(expiry.value)}
            onChange={(event) => chooseExpiry(event.currentTarget.value)}
          >
            {EXPIRIES.map((seconds) => (
              <option key={seconds} value={String(seconds)}>
                {t.share.expiries[seconds]}
              </option>
            ))}
          </select>
        </label>
      </div>
      {url === null || playback.value === null ? (
        <button type="button" class="button" onClick={() => void make()}>
          {t.share.make}
        </button>
      ) : (
        <>
          <div class="copy-row">
            <input
              class="input code"
              readOnly
              value={url}
              aria-label={t.share.signedUrl}
              onFocus={(event) => event.currentTarget.select()}
            />
            <CopyButton text={url} />
          </div>
          <p class="hint" role="status">
            {t.share.validUntil(format.dateTime(playback.value.expiresAt))}
          </p>
        </>
      )}
      <ShortTrouble error={error.value} />
    </div>
  );
};
