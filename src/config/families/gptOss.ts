import * as l10n from '@vscode/l10n';
import { decoderFamily, type DecoderFamily } from './decoder';
import { llamaShape, type DecoderVariant } from './decoderVariant';

const variants = new Map<string, DecoderVariant>([
  [
    'gpt_oss',
    {
      ...llamaShape,
      feedForwardBias: false,
      kvHeads: 8,
      headDim: 64,
      projectionBias: { key: 'attention_bias', byDefault: true },
      outputBias: { key: 'attention_bias', byDefault: true },
      sinks: true,
      windows: { kind: 'pattern', window: 128, period: 2, keys: [] },
      experts: {
        count: { keys: ['num_local_experts'], byDefault: 128 },
        active: { keys: ['num_experts_per_tok', 'experts_per_token'], byDefault: 4 },
        placement: { kind: 'all' },
        fused: 'gate_up_proj',
        router: 'router',
        routerBias: true,
        bias: true,
      },
      notes: (reader) =>
        reader.raw('quantization_config') === undefined
          ? []
          : [
              l10n.t(
                'The published weights of the experts are MXFP4: four bits an element and a scale for every 32.',
              ),
            ],
    },
  ],
]);

/** gpt-oss (OpenAI 2025): experts with biases, attention sinks, every other layer with a window. */
export const gptOssFamily: DecoderFamily = decoderFamily('gpt-oss', variants);
