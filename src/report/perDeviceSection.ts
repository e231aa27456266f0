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
      title: 'Memory of the most loaded device (by formula)',
      lead: [
        `${formatInteger(perDevice.devices)} devices: ${describeParallelism(parallelismOf(estimate.parallelism))}.`,
      ],
      table: {
        columns: [textColumn('Part'), numberColumn('Inference'), numberColumn('Training')],
        rows: [
          ['Weights', formatBytes(inference.weights), formatBytes(training.weights)],
          ['KV cache', formatBytes(inference.kvCache), none],
          ['Gradients', none, formatBytes(training.gradients)],
          ['Optimizer', none, formatBytes(training.optimizer)],
          ['Gathered weights', none, formatBytes(training.gathered)],
          [
            'Activations',
            formatBytes(inference.activations),
            formatBytes(training.activations - training.logits),
          ],
          ['Logits', formatBytes(inference.logits), formatBytes(training.logits)],
          ['Buffers of the backward pass', none, formatBytes(training.backwardBuffers)],
          ['Peak', formatBytes(inference.peak), formatBytes(training.peak)],
        ],
      },
      remarks: [
        `Of one replica's batch: prefill ${formatFlops(flops.prefill)} a device, training step ${formatFlops(flops.trainingStep)} a device. Communication is not counted.`,
      ],
    },
  ];
}
