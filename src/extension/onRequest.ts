/**
 * What no start needs, as one module: profiles with the formulas and graphs of every mechanism, derivations,
 * comparisons, exports, the tools of agents, the CUDA installer. A bundle of its own, loaded when the first of them is asked for, so that it does not weigh on every
 * start. It has its own copy of every class: what it throws is caught on its side, and what crosses over is used by its
 * shape, never told by `instanceof`.
 */
export { useTranslations } from '../model/translations';
export { ExplanationPages } from './explain/explanationPages';
export { ExplainCommand } from './explainCommand';
export { exportReport } from './exportReport';
export { InstallCudaCommand } from './installCudaRuntime';
export { CompareCommand } from './profiles/compareCommand';
export { ComparisonPanels } from './profiles/comparisonPanels';
export { EstimateTool } from './tools/estimateTool';
export { profile } from '../report/profile';
export { ProfileTool } from './tools/profileTool';
