import { availableParallelism } from 'node:os';
import { cpu } from 'systeminformation';

let known: Promise<number> | undefined;

/**
 * Threads that an operator gets on `cpu`: one a physical core, as PyTorch takes, of those that this process may use.
 * Sessions are given the number: the runtime's own choice is one thread in some virtual machines, whatever their cores,
 * and a report has to state how many there were.
 */
export function cpuThreads(): Promise<number> {
  known ??= cpu().then(({ physicalCores }) => threadsFor(physicalCores, availableParallelism()));
  return known;
}

/** `physicalCores`: as the system tells, 0 where it does not; `available`: logical ones that the process may use. */
export function threadsFor(physicalCores: number, available: number): number {
  return Math.max(1, Math.min(physicalCores > 0 ? physicalCores : available, available));
}
