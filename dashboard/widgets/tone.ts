/** Which tone a state of the domain takes. Tables, so that a new state is a type error until it has one. */
import type { Liveness } from '../../contracts/device.ts';
import type { Condition } from '../../contracts/live.ts';
import type { Tone } from '../ui/tones.ts';

export const TONE: Record<Condition, Tone> = {
  normal: 'quiet',
  information: 'info',
  warning: 'warn',
  danger: 'alert',
  no_data: 'void',
};

export const LIVENESS_TONE: Record<Liveness, Tone> = {
  live: 'quiet',
  late: 'info',
  silent: 'void',
  gateway_down: 'void',
  maintenance: 'info',
  never: 'void',
};

export const GATEWAY_TONE: Record<'online' | 'offline' | 'never', Tone> = {
  online: 'quiet',
  offline: 'void',
  never: 'void',
};
