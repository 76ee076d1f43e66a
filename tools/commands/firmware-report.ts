import { createHash } from 'node:crypto';
import type { BuildResult, Diagnostic } from '../firmware/index.ts';

/** What `ota firmware build --json` prints. */
export interface BuildReport {
  file: string;
  /** Bytes. */
  size: number;
  project: string;
  version: string;
  /** Of the MESHSWARM_IMAGE tag. */
  role?: string;
  /** Of the whole file. The MD5 is painlessMesh's identity of an image. */
  sha256: string;
  md5: string;
  seconds: number;
  cached: boolean;
  compiler: string;
  warnings: Diagnostic[];
}

export function describeBuild(file: string, result: BuildResult, seconds: number): BuildReport {
  const digest = (algorithm: string): string =>
    createHash(algorithm).update(result.image).digest('hex');
  return {
    file,
    size: result.image.length,
    project: result.project,
    version: result.version,
    role: result.role,
    sha256: digest('sha256'),
    md5: digest('md5'),
    seconds: Number(seconds.toFixed(3)),
    cached: result.cached,
    compiler: `${result.compiler.name} ${result.compiler.version}`,
    warnings: result.warnings,
  };
}

export function reportLine(report: BuildReport): string {
  const role = report.role ? ` (role ${report.role})` : '';
  const time = `${report.seconds.toFixed(1)} s${report.cached ? ', cached' : ''}`;
  return `${report.file}: ${report.size} bytes, ${report.project} ${report.version}${role}, md5 ${report.md5}, sha256 ${report.sha256}, ${time}`;
}
