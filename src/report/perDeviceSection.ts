import type { Estimate } from '../cost/estimate';
import { parallelismOf } from '../cost/parallelism';
import type { Parallelism } from '../model/recipe';
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

/** `data 8 (ZeRO stage 3), tensor 2`. */
export function describeParallelism(parallelism: Parallelism): string {
  const { data, zeroStage, tensor, sequence, pipeline, context, contextKind, expert } = parallelism;
  const zero = zeroStage === 0 ? '' : ` (ZeRO stage ${String(zeroStage)})`;
  const parts = [
    `data ${String(data)}${zero}`,
    tensor > 1 ? `tensor ${String(tensor)}${sequence ? ' with sequence' : ''}` : '',
    pipeline > 1 ? `pipeline ${String(pipeline)}` : '',
    context > 1 ? `context ${String(context)} (${contextKind})` : '',
    expert > 1 ? `expert ${String(expert)}` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
