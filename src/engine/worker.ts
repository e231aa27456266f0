import * as l10n from '@vscode/l10n';
import { useTranslations } from '../model/translations';
import type { EngineEvent, EngineRequest } from './protocol';
import { profileLayerKind, type LayerKindOutcome } from './profileLayerKind';
import { chooseDevice } from './runtime/devices';
import { measureMatmulRate } from './runtime/matmulRate';
import { PROBE_ARGUMENT } from './probeProvider';
import { runProbe, shortReason } from './runtime/probe';

/**
 * The engine's process. It lives for one run: an out-of-memory or a crash in native code ends it
 * and nothing else, and cancelling is ending it.
 */

const send = (event: EngineEvent): void => {
  process.send?.(event);
};

async function profileAll(request: EngineRequest): Promise<void> {
  const start = performance.now();
  const deadline = start + request.budgetSeconds * 1000;
  const step = (text: string): void => {
    const fraction = Math.min(0.99, (performance.now() - start) / (deadline - start));
    send({ type: 'step', step: text, fraction });
  };
  step(l10n.t('Looking for devices'));
  const device = await chooseDevice(request.device, __filename, request.budgetSeconds);
  if (device.fallbackFrom !== undefined) {
    const reason = device.tried.find((attempt) => attempt.provider === device.fallbackFrom)?.detail;
    send({
      type: 'note',
      note: l10n.t(
        '{0} was asked for and could not be used ({1}): measured on {2} instead.',
        device.fallbackFrom,
        reason ?? l10n.t('unknown reason'),
        device.provider,
      ),
    });
  }
  send({ type: 'device', device });
  const measuringEnd = deadline - matmulPatienceMs(request) * 2;
  const outcomes: LayerKindOutcome[] = [];
  for (const [index, kind] of request.layerKinds.entries()) {
    const share = (measuringEnd - performance.now()) / (request.layerKinds.length - index);
    const outcome = await profileLayerKind({
      kind,
      device,
      seed: request.seed,
      ...(request.replacements === undefined ? {} : { only: request.replacements }),
      deadline: performance.now() + share,
      emit: send,
      step,
    });
    outcomes.push(outcome);
  }
  const failure = outcomes.find((outcome) => outcome.failure !== undefined)?.failure;
  if (failure !== undefined && !outcomes.some((outcome) => outcome.timed)) {
    throw new DeviceError(
      l10n.t('Nothing that was run on {0} gave a right result: {1}', device.provider, failure),
    );
  }
  // Last, so that the first figures of attention are on screen early.
  step(l10n.t('MatMul rate of {0}', device.provider));
  const late = performance.now() > deadline;
  const rate = await measureMatmulRate(
    device.provider,
    device.precision,
    matmulPatienceMs(request),
    late ? SMALL_MATMUL : LARGE_MATMUL,
  );
  send({
    type: 'device',
    device: { ...device, matmulFlopsPerSecond: rate.flopsPerSecond, matmulSize: rate.size },
  });
}

/** Side of the MatMul that tells the device's peak rate, and of the one that makes do when time is up. */
const LARGE_MATMUL = 2048;
const SMALL_MATMUL = 512;

/** Longest time for one run of the largest MatMul. */
function matmulPatienceMs(request: EngineRequest): number {
  return Math.min(2500, request.budgetSeconds * 50);
}

function isRequest(message: unknown): message is EngineRequest {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'profile';
}

/** The device could be opened, and yet nothing on it works. */
class DeviceError extends Error {}

function failure(error: unknown): EngineEvent {
  const message = shortReason(error);
  if (error instanceof DeviceError) return { type: 'failed', kind: 'device', message: error.message };
  const outOfMemory = /alloc|out of memory/i.test(message);
  return { type: 'failed', kind: outOfMemory ? 'out-of-memory' : 'runtime', message };
}

/** Ends the process once everything sent has left it. */
function finish(event: EngineEvent): void {
  process.send?.(event, undefined, undefined, () => {
    process.disconnect();
  });
}

// The parent is gone: nobody reads the results.
process.once('disconnect', () => {
  process.exit(0);
});

const [mode, provider] = process.argv.slice(2);
if (mode === PROBE_ARGUMENT && provider !== undefined) {
  void runProbe(provider).then((result) => {
    process.send?.(result, undefined, undefined, () => {
      process.disconnect();
    });
  });
} else {
  process.once('message', (message) => {
    if (!isRequest(message)) return;
    useTranslations(message.translations ?? {});
    profileAll(message).then(
      () => {
        finish({ type: 'done' });
      },
      (error: unknown) => {
        finish(failure(error));
      },
    );
  });
}
