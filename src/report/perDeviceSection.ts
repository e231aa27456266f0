import * as l10n from '@vscode/l10n';
import type { Estimate } from '../cost/estimate';
import { parallelismOf } from '../cost/parallelism';
import { describeParallelism } from './conditions';
import { formatBytes, formatFlops, formatInteger } from '../model/units';
import { numberColumn, textColumn, type ReportSection } from './reportTable';

/** What the most loaded device holds, where the model is spread over several; nothing for one device. */
export function perDeviceSection(estimate: Estimate): ReportSection[] {
  const { perDevice } = estimate;
  if (perDevice.devices === 1) return [];
  const { inference, training, flops } = perDevice;
  const none = '–';
  return [
    {
      title: l10n.t('Memory of the most loaded device (by formula)'),
      lead: [
        l10n.t(
          '{0} devices: {1}.',
          formatInteger(perDevice.devices),
          describeParallelism(parallelismOf(estimate.parallelism)),
        ),
      ],
      table: {
        columns: [
          textColumn(l10n.t('Part')),
          numberColumn(l10n.t('Inference')),
          numberColumn(l10n.t('Training')),
        ],
        rows: [
          [l10n.t('Weights'), formatBytes(inference.weights), formatBytes(training.weights)],
          [l10n.t('KV cache'), formatBytes(inference.kvCache), none],
          [l10n.t('Gradients'), none, formatBytes(training.gradients)],
          [l10n.t('Optimizer'), none, formatBytes(training.optimizer)],
          [l10n.t('Gathered weights'), none, formatBytes(training.gathered)],
          [
            l10n.t('Activations'),
            formatBytes(inference.activations),
            formatBytes(training.activations - training.logits),
          ],
          [l10n.t('Logits'), formatBytes(inference.logits), formatBytes(training.logits)],
          [l10n.t('Buffers of the backward pass'), none, formatBytes(training.backwardBuffers)],
          [l10n.t('Peak'), formatBytes(inference.peak), formatBytes(training.peak)],
        ],
      },
      remarks: [
        l10n.t(
          "Of one replica's batch: prefill {0} a device, training step {1} a device. Communication is not counted.",
          formatFlops(flops.prefill),
          formatFlops(flops.trainingStep),
        ),
      ],
    },
  ];
}
