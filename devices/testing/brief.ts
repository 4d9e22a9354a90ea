/** What was decoded as short lines, so that a test reads like a list: `room/SHT3X temperature=21 C`. */
import type { Decoded } from '../codec.ts';

function brief(item: Decoded): string {
  switch (item.type) {
    case 'reading': {
      const where = item.sensor === undefined ? item.device : `${item.device}/${item.sensor}`;
      const value = typeof item.value === 'number' ? Number(item.value.toPrecision(6)) : item.value;
      return `${where} ${item.metric}=${value}${item.unit === undefined ? '' : ` ${item.unit}`}`;
    }
    case 'scan':
      return `${item.gate} ${item.credential.type}:${item.credential.value}${item.direction === null ? '' : ` ${item.direction}`}${item.accepted === false ? ' refused' : ''}`;
    case 'device-status':
      return `${item.device} ${item.state}`;
    case 'gateway-status':
      return `gateway ${item.state}`;
    case 'registration':
      return `${item.device} registered`;
    case 'reply':
      return `reply to ${item.topic}`;
    case 'refusal':
      return `refused ${item.reason}`;
  }
}

export function briefs(decoded: readonly Decoded[]): string[] {
  return decoded.map(brief);
}

/** Times of the decoded items, epoch ms or local text, undefined for the receive time. */
export function times(decoded: readonly Decoded[]): (number | string | undefined)[] {
  return decoded.map((item) => {
    if (!('time' in item) || item.time === undefined) return undefined;
    return item.time.kind === 'instant' ? item.time.epochMs : item.time.text;
  });
}
