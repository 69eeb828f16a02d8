package io.meltemi.bench.contest;

/// One stretch of load.
///
/// @param cpuMicros per request, user and system time
/// @param allocatedBytes of Java's heap per request; NaN where there is none
public record Round(
        double cpuMicros,
        double perSecond,
        double p99Micros,
        long residentKilobytes,
        double allocatedBytes) {}
