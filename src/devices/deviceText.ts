import { formatInteger, formatRate } from '../model/units';
import { precisions, type DeviceSpec } from './deviceSpec';

/** `float32 67.0 TFLOP/s, bfloat16 989 TFLOP/s`: dense rates, best known first; empty where none is published. */
export function ratesText({ peakFlops }: DeviceSpec): string {
  return precisions
    .flatMap((precision) => {
      const rate = peakFlops[precision];
      return rate === undefined ? [] : [`${precision} ${formatRate(rate)}`];
    })
    .join(', ');
}

/** `3,350 GB/s`, decimal as data sheets write it; empty where unknown. */
export function bandwidthText({ bandwidth }: DeviceSpec): string {
  return bandwidth === undefined ? '' : `${formatInteger(bandwidth / 1e9)} GB/s`;
}

/** `H100 SXM 80GB`: without the maker, for where room is short. */
export function shortDeviceName(name: string): string {
  return name.replace(
    /^(?:NVIDIA|AMD|Intel)(?:\(R\))? (?:Corporation )?(?:GeForce |Instinct |Radeon )?/i,
    '',
  );
}

/** A name of the user's own must not draw icons in the editor: a zero-width space parts what would be one. */
export function withoutIcons(text: string): string {
  return text.replaceAll('$(', '$\u200b(');
}
