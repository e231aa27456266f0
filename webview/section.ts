import type { PanelMessage, PlannedTarget } from '../src/report/panelMessages';
import type { Report } from '../src/report/report';
import type { Controls } from './controls';

/** What a section may ask of the panel around it. */
export interface PanelContext {
  /** An editor is there to take messages; false in an exported page. */
  readonly hosted: boolean;
  readonly send: (message: PanelMessage) => void;
  /** The controls as they stand, for handlers that run later. */
  readonly controls: () => Controls;
  /** The device that verdicts are about in place of the report's, where the reader plans for one. */
  readonly planned: () => PlannedTarget | undefined;
  /** Changes some of the controls and shows the effect everywhere. */
  readonly change: (patch: Partial<Controls>) => void;
}

/** A part of the panel: built once, then told of every new report and change of a control. */
export interface Section {
  readonly element: HTMLElement;
  update(report: Report, controls: Controls): void;
  /** The theme's colours changed: what is drawn on a canvas has to be drawn again. */
  redraw?(): void;
}
