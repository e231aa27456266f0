import { factor, type Factor } from '../../model/factor';
import type { WeightSpec } from '../../model/weightSpec';
import { vector } from './weights/vectors';

/** A convolution over time that keeps the channels apart: channels·kernel elements, each used once a token. */
export function depthwise(name: string, channels: Factor, kernel: number, bias: boolean): WeightSpec[] {
  const shape = [channels, factor('kernel', kernel)];
  return [
    { name: `${name}.weight`, part: 'recurrence', shape, use: 'convolution' },
    ...(bias ? [vector(`${name}.bias`, 'recurrence', channels)] : []),
  ];
}
