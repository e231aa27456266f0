import type { DeviceSpec } from '../devices/deviceSpec';
import { isDecoder, type ModelSpec } from '../model/modelSpec';
import { parametersOf, type WeightSpec } from '../model/weightSpec';
import type { EstimateOptions } from './estimate';
import { bytesOf } from '../model/dtype';
import { modelWeights } from './modelWeights';
import { parallelismOf } from './parallelism';
import { perDevice } from './perDevice';
import { roofline, type Roofline } from './roofline';
import { storedBytesPerElement } from './weightFormats';

/** Projected times of one device; each the least that its rates allow. */
export interface PassTimes {
  readonly prefill: Roofline;
  /** One decode step of the batch; absent for an encoder. */
  readonly decode?: Roofline;
  readonly trainingStep: Roofline;
}

/**
 * Roofline times (Williams et al. 2009) of the passes on the most loaded device. Bytes are the compulsory ones:
 * a prefill reads the weights and writes the cache; a decode step reads the weights that its tokens are routed to
 * and the cache; a training step reads the weights forward and backward, writes and reads what is kept for the
 * backward pass, and reads and writes gradients and optimizer state. Communication between devices is not in it.
 */
export function passTimes(model: ModelSpec, options: EstimateOptions, device: DeviceSpec): PassTimes {
  const { inference, training, flops } = perDevice(model, options);
  const { pipeline } = parallelismOf(options.parallelism);
  const at = (work: { readonly flops: number; readonly bytes: number }, dtype = options.dtype): Roofline =>
    roofline(work, device, dtype);
  // Formats of fewer bits are no formats to train in.
  const trainedIn = bytesOf(options.dtype) < 2 ? 'bfloat16' : options.dtype;
  const read = inference.weights * routedShare(model, options);
  const updated = training.gradients + training.optimizer;
  return {
    prefill: at({ flops: flops.prefill, bytes: inference.weights + inference.kvCache }),
    ...(isDecoder(model) && {
      decode: at({ flops: flops.decodePerToken, bytes: read + inference.kvCache }),
    }),
    trainingStep: at(
      {
        flops: flops.trainingStep,
        // Of the micro-batches that a pipeline keeps, one passes in a step's time.
        bytes: 2 * training.weights + (2 * training.activations) / pipeline + 2 * updated,
      },
      trainedIn,
    ),
  };
}

/**
 * Share of the weights' bytes that one decode step of the batch reads: of E experts, b tokens of k experts each
 * are expected to touch E·(1 − (1 − k/E)^b), routed evenly. Embeddings are looked up, a row a token.
 */
function routedShare(model: ModelSpec, options: EstimateOptions): number {
  let all = 0;
  let read = 0;
  for (const { weight, layers } of modelWeights(model)) {
    const bytes =
      layers *
      parametersOf(weight) *
      storedBytesPerElement(weight, options.weightFormat ?? 'none', options.dtype);
    all += bytes;
    read += bytes * touchedShare(weight, options.batch);
  }
  return all === 0 ? 1 : read / all;
}

function touchedShare({ use, copies, activeCopies, shape }: WeightSpec, batch: number): number {
  if (use === 'lookup') return Math.min(1, batch / (shape[0]?.value ?? 1));
  if (copies === undefined || activeCopies === undefined) return 1;
  return 1 - (1 - activeCopies.value / copies.value) ** batch;
}
