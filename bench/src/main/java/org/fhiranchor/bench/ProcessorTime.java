package org.fhiranchor.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What this process has used of the processors, all its threads together, collector and compiler
 * included. Unlike the clock it hardly depends on what else the machine does.
 */
final class ProcessorTime {
  private ProcessorTime() {}

  static double seconds() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return system.getProcessCpuTime() / 1e9;
  }

  /** Of the calling thread alone. */
  static double ofThisThread() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
  }
}
