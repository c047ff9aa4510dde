import type { VNode } from 'preact';
import { t } from '../texts/texts.ts';
import { Gone } from './gone.tsx';

export const NotFoundPage = (): VNode => <Gone title={t.notFound.title} text={t.notFound.text} />;
