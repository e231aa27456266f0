import * as l10n from '@vscode/l10n';
import type { WeightFormat } from '../model/recipe';
import type { FieldReader } from './fieldReader';
import { partThatSays } from './partThatSays';

/**
 * How `quantization_config`, of the config itself or of its language model, says that the matrices are stored;
 * undefined where neither has it, and, with an assumption, where it names a method that is not known. What a method
 * leaves in 16 bits is counted as such (see `cost/weightFormats.ts`).
 */
export function readWeightFormat(config: FieldReader): WeightFormat | undefined {
  const reader = partThatSays(config, ['quantization_config']);
  const value = reader.raw('quantization_config')?.value;
  if (typeof value !== 'object' || value === null) return undefined;
  const settings = value as Readonly<Record<string, unknown>>;
  const format = formatOf(settings);
  if (format === undefined) {
    reader.assumptions.push(
      l10n.t(
        'quantization_config names the method "{0}", which is not known with these settings: weights are counted in the dtype.',
        methodOf(settings).slice(0, 40),
      ),
    );
    return undefined;
  }
  reader.recordKey('weightFormat', 'quantization_config');
  reader.assumptions.push(
    l10n.t(
      'quantization_config: matrices are counted as stored in {0}, what it leaves out in 16 bits; activations and training in the dtype.',
      format,
    ),
  );
  return format;
}

function formatOf(settings: Readonly<Record<string, unknown>>): WeightFormat | undefined {
  const bits = settings['bits'] ?? settings['w_bit'];
  switch (methodOf(settings)) {
    case 'fp8':
    case 'fbgemm_fp8':
      return Array.isArray(settings['weight_block_size']) ? 'fp8-block' : 'fp8';
    case 'awq':
      return bits === 4 ? 'awq4' : undefined;
    case 'gptq':
    case 'auto-round':
    case 'intel/auto-round':
      return bits === 4 ? 'gptq4' : bits === 8 ? 'int8' : undefined;
    case 'mxfp4':
      return 'mxfp4';
    case 'eetq':
      return 'int8';
    case 'modelopt':
      return modelOpt(settings);
    case 'bitsandbytes':
      return bitsAndBytes(settings);
    case 'compressed-tensors':
      return compressedTensors(settings);
    default:
      return undefined;
  }
}

/** Files of the first releases of bitsandbytes' integration name no method, only its switches. */
function methodOf(settings: Readonly<Record<string, unknown>>): string {
  const { quant_method } = settings;
  if (typeof quant_method === 'string') return quant_method.toLowerCase();
  return 'load_in_4bit' in settings || 'load_in_8bit' in settings ? 'bitsandbytes' : '';
}

function modelOpt({ quant_algo }: Readonly<Record<string, unknown>>): WeightFormat | undefined {
  if (quant_algo === 'FP8') return 'fp8';
  return quant_algo === 'NVFP4' ? 'nvfp4' : undefined;
}

function bitsAndBytes(settings: Readonly<Record<string, unknown>>): WeightFormat | undefined {
  const isSet = (key: string): boolean => settings[key] === true || settings[`_${key}`] === true;
  if (isSet('load_in_8bit')) return 'int8';
  if (!isSet('load_in_4bit')) return undefined;
  return settings['bnb_4bit_use_double_quant'] === true ? 'nf4-double' : 'nf4';
}

/** The first group of layers decides; its groups of 4 bits are counted as those of 128 elements. */
function compressedTensors({ config_groups }: Readonly<Record<string, unknown>>): WeightFormat | undefined {
  const groups =
    typeof config_groups === 'object' && config_groups !== null ? Object.values(config_groups) : [];
  const weights: unknown = (groups[0] as { weights?: unknown } | undefined)?.weights;
  if (typeof weights !== 'object' || weights === null) return undefined;
  const { num_bits, type, strategy } = weights as Readonly<Record<string, unknown>>;
  if (num_bits === 4) return type === 'float' ? 'nvfp4' : 'gptq4';
  if (num_bits !== 8) return undefined;
  if (type !== 'float') return 'int8';
  return strategy === 'block' ? 'fp8-block' : 'fp8';
}
