import * as l10n from '@vscode/l10n';

/** How the figures come about, a paragraph a step: shown at the end of the panel. */
export const methodText: readonly string[] = [
  l10n.t(
    'Timing: after a warm-up, calls repeat until the 95 % confidence interval of the median (binomial order statistics) is within its target or the time budget ends. Fewer than six runs give no such interval: their range is shown then, and named so. Kernels that lost the choice have the fastest of their trial runs only. Mechanisms that are compared run interleaved, so that drift hits all alike. Creating inputs, creating sessions and copies lie outside the clock.',
  ),
  l10n.t(
    'Verification: the output of the first and of the last run of each kernel is compared with the float64 reference of its own mechanism at up to 16 positions of every head, edges of blocks and windows among them. The error is the largest |output − reference| over the largest |reference| at the same position. What does not verify has no time.',
  ),
  l10n.t(
    'Projection: t(n) = c₀ + c₁·n + c₂·GFLOP(n) with coefficients of zero or more, where GFLOP(n) is what the mechanism itself needs at n, fitted on the measured points of one mechanism; from a single length it is in proportion to GFLOP(n), and says so; from two it has no constant, and from more only as much of one as their error leaves, so that no projection stays flat while the work grows. The leave-one-out error says how well each point is predicted from the others. The band is no confidence interval: it is the largest of that error (where it is not known: 75 % from two lengths, 100 % from one, which is from half to twice), the spread of the longest measured time and 3 %, and as much again for each doubling beyond that length.',
  ),
  l10n.t(
    'Memory of the whole model is estimated by formula and never measured; peak memory of a call comes from the profile of the runtime where it says, inputs and outputs of the call not counted.',
  ),
];
