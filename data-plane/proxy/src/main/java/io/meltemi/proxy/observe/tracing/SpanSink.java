package io.meltemi.proxy.observe.tracing;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

/// The way to a collector of OTLP spans. Thread-safe.
interface SpanSink {
    /// Sends a batch. Called on the configuration thread; never throws.
    ///
    /// @param outcome one of its methods is called once, on any thread
    void export(ExportTraceServiceRequest request, Outcome outcome);

    /// Hears what became of a batch.
    interface Outcome {
        /// @param rejected how many of its spans the collector did not take
        void answered(long rejected);

        void failed(String why);
    }
}
