package io.meltemi.mixer.otlp;

import io.prometheus.metrics.model.snapshots.Labels;

/// One series of an application's metric: its Prometheus name and labels. Immutable.
record SeriesKey(String name, Labels labels) {}
