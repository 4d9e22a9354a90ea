/** Why a school stands as it stands, and what happened, in a sentence short enough for a wall. */
import type { OperationsEvent, SchoolCondition } from '../../contracts/live.ts';
import type { Formats } from '../words/formats.ts';
import type { Translate } from '../words/words.ts';
import { metricName, readingWords } from './readingWords.ts';

export function reasonWords(state: SchoolCondition, formats: Formats, t: Translate): string {
  const worst = state.overLimit[0];
  if (state.condition !== 'no_data' && worst) {
    const first = readingWords(worst.metric, worst.value, formats, t);
    const more = state.overLimitCount - 1;
    return more > 0 ? `${first} · ${t('reason.more', { others: more })}` : first;
  }
  if (state.lastMeasuredAt === null) return t('reason.neverHeard');
  if (state.gateways.total > 0 && state.gateways.online === 0) return t('reason.gatewayDown');
  if (state.condition === 'no_data') return t('reason.silent');
  const silent = state.devices.silent + state.devices.gateway_down;
  return silent > 0 ? t('reason.silentDevices', { devices: silent }) : '';
}

export function eventWords(event: OperationsEvent, formats: Formats, t: Translate): string {
  const { kind, metric, value } = event;
  if (kind === 'over_limit') {
    if (metric === null || value === null) return t('event.over_limit_plain');
    // "Báo khói vượt ngưỡng" says nothing more than "Báo khói"
    const words = readingWords(metric, value, formats, t);
    const name = metricName(metric, formats);
    return words === name ? name : t('event.over_limit', { metric: name, value: words.slice(name.length + 1) });
  }
  if (kind === 'back_to_normal')
    return metric === null
      ? t('event.back_to_normal_plain')
      : t('event.back_to_normal', { metric: metricName(metric, formats) });
  if (kind === 'gateway_down' || kind === 'gateway_up') return t(`event.${kind}`, { gateway: event.gateway ?? '' });
  return t(`event.${kind}`);
}
