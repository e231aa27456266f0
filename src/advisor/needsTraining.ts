import type { MechanismResult } from '../report/report';

/** Whether adopting it takes training; what is not offered takes none. */
export function needsTraining(adoption: MechanismResult['adoption']): boolean {
  return adoption.kind !== 'none' && adoption.needsRetraining;
}
