package io.meltemi.bench.load;

/// What a stretch of load did.
///
/// @param failures in the program's words; empty when every answer was good
public record Report(long requests, double perSecond, double p99Micros, String failures) {}
