/** What one process of this bench is asked to do, and what it says. Plain data: it goes between processes. */

/** Files of app images. */
export interface ImageFiles {
  gateway: string;
  pir: string;
  led: string;
  /** The release that PIR nodes take. */
  update: string;
}

export interface FleetPlan {
  /** Besides the gateway. */
  nodes: number;
  seed: string;
  images: ImageFiles;
  /** A phase ends after so much CPU time, done or not, s. */
  cpuLimit: number;
  /** Only the update is measured, to its end. */
  onlyUpdate?: boolean;
}

export interface Phase {
  what: 'forming' | 'heartbeats' | 'update';
  /** Why it ended before it was done; empty when it was done. */
  cut: string;
  virtualSeconds: number;
  wallSeconds: number;
  /** Of the process, all its threads: what does not depend on who else uses the machine. */
  cpuSeconds: number;
  events: number;
}

export interface FleetFigures {
  nodes: number;
  phases: Phase[];
  /** Highest resident size of the process, bytes. */
  peakBytes: number;
  trace: string;
}

export type Said =
  | { say: 'progress'; what: Phase['what']; virtualSeconds: number; wallSeconds: number }
  | { say: 'figures'; figures: FleetFigures };
