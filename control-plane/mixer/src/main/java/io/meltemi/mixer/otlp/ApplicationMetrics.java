package io.meltemi.mixer.otlp;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBucket;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Metrics that applications send by OTLP, kept for Prometheus. Thread-safe.
///
/// The last value of each series; delta sums are added up. Beyond a bound new series are refused
/// and counted.
public final class ApplicationMetrics implements MultiCollector {
    static final int MAX_SERIES = 20_000;

    /// Guarded by this.
    private final Map<SeriesKey, Value> series = new LinkedHashMap<>();

    /// Guarded by this.
    private long refused;

    /// The state of one series. Immutable.
    private sealed interface Value {
        record Count(double total) implements Value {}

        record Level(double value) implements Value {}

        record Distribution(List<Double> bounds, List<Long> counts, double sum) implements Value {}
    }

    /// Takes one export; returns how many data points had no room or a form that is not kept.
    public synchronized int accept(ExportMetricsServiceRequest request) {
        long before = refused;
        for (ResourceMetrics resource : request.getResourceMetricsList()) {
            var attributes = resource.getResource().getAttributesList();
            for (ScopeMetrics scope : resource.getScopeMetricsList()) {
                for (Metric metric : scope.getMetricsList()) {
                    accept(metric, attributes);
                }
            }
        }
        return (int) (refused - before);
    }

    private void accept(Metric metric, List<io.opentelemetry.proto.common.v1.KeyValue> resource) {
        String name =
                PrometheusNaming.sanitizeMetricName(
                        PrometheusNaming.prometheusName(metric.getName()));
        switch (metric.getDataCase()) {
            case GAUGE -> {
                for (NumberDataPoint point : metric.getGauge().getDataPointsList()) {
                    Labels labels = AttributeLabels.of(resource, point.getAttributesList());
                    put(new SeriesKey(name, labels), new Value.Level(number(point)));
                }
            }
            case SUM -> {
                boolean counts = metric.getSum().getIsMonotonic();
                boolean delta = isDelta(metric.getSum().getAggregationTemporality());
                for (NumberDataPoint point : metric.getSum().getDataPointsList()) {
                    SeriesKey key =
                            new SeriesKey(
                                    name, AttributeLabels.of(resource, point.getAttributesList()));
                    double value = number(point) + (delta ? former(key) : 0);
                    put(key, counts ? new Value.Count(value) : new Value.Level(value));
                }
            }
            case HISTOGRAM -> {
                boolean delta = isDelta(metric.getHistogram().getAggregationTemporality());
                for (HistogramDataPoint point : metric.getHistogram().getDataPointsList()) {
                    SeriesKey key =
                            new SeriesKey(
                                    name, AttributeLabels.of(resource, point.getAttributesList()));
                    put(key, distribution(point, delta ? series.get(key) : null));
                }
            }
            case EXPONENTIAL_HISTOGRAM, SUMMARY, DATA_NOT_SET -> refused++;
        }
    }

    private static boolean isDelta(AggregationTemporality temporality) {
        return temporality == AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA;
    }

    private static double number(NumberDataPoint point) {
        return point.hasAsInt() ? (double) point.getAsInt() : point.getAsDouble();
    }

    private double former(SeriesKey key) {
        return switch (series.get(key)) {
            case Value.Count(double total) -> total;
            case Value.Level(double value) -> value;
            case Value.Distribution _ -> 0;
            case null -> 0;
        };
    }

    private static Value distribution(
            HistogramDataPoint point, @org.jspecify.annotations.Nullable Value former) {
        List<Double> bounds = point.getExplicitBoundsList();
        List<Long> counts = new ArrayList<>(point.getBucketCountsList());
        double sum = point.getSum();
        if (former instanceof Value.Distribution(var oldBounds, var oldCounts, double oldSum)
                && oldBounds.equals(bounds)
                && oldCounts.size() == counts.size()) {
            for (int i = 0; i < counts.size(); i++) {
                counts.set(i, counts.get(i) + oldCounts.get(i));
            }
            sum += oldSum;
        }
        return new Value.Distribution(List.copyOf(bounds), List.copyOf(counts), sum);
    }

    private void put(SeriesKey key, Value value) {
        if (!series.containsKey(key) && series.size() >= MAX_SERIES) {
            refused++;
            return;
        }
        series.put(key, value);
    }

    @Override
    public synchronized MetricSnapshots collect() {
        Map<String, CounterSnapshot.Builder> counters = new TreeMap<>();
        Map<String, GaugeSnapshot.Builder> gauges = new TreeMap<>();
        Map<String, HistogramSnapshot.Builder> histograms = new TreeMap<>();
        series.forEach((key, value) -> {
            switch (value) {
                case Value.Count(double total) ->
                        counters.computeIfAbsent(
                                        withoutTotal(key.name()),
                                        n -> CounterSnapshot.builder().name(n))
                                .dataPoint(
                                        CounterDataPointSnapshot.builder()
                                                .labels(key.labels())
                                                .value(total)
                                                .build());
                case Value.Level(double level) ->
                        gauges.computeIfAbsent(key.name(), n -> GaugeSnapshot.builder().name(n))
                                .dataPoint(
                                        GaugeDataPointSnapshot.builder()
                                                .labels(key.labels())
                                                .value(level)
                                                .build());
                case Value.Distribution d ->
                        histograms
                                .computeIfAbsent(
                                        key.name(), n -> HistogramSnapshot.builder().name(n))
                                .dataPoint(
                                        HistogramDataPointSnapshot.builder()
                                                .labels(key.labels())
                                                .classicHistogramBuckets(buckets(d))
                                                .sum(d.sum())
                                                .build());
            }
        });
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        counters.values().forEach(b -> all.metricSnapshot(b.build()));
        gauges.forEach((n, b) -> addUnlessTaken(all, counters.containsKey(n), b.build()));
        histograms.forEach((n, b) ->
                addUnlessTaken(all, counters.containsKey(n) || gauges.containsKey(n), b.build()));
        return all.build();
    }

    /// Two applications may give one name two types; Prometheus cannot.
    private static void addUnlessTaken(
            MetricSnapshots.Builder all,
            boolean taken,
            io.prometheus.metrics.model.snapshots.MetricSnapshot snapshot) {
        if (!taken) {
            all.metricSnapshot(snapshot);
        }
    }

    private static String withoutTotal(String name) {
        return name.endsWith("_total") ? name.substring(0, name.length() - 6) : name;
    }

    private static ClassicHistogramBuckets buckets(Value.Distribution distribution) {
        List<ClassicHistogramBucket> buckets = new ArrayList<>();
        for (int i = 0; i < distribution.counts().size(); i++) {
            double bound =
                    i < distribution.bounds().size()
                            ? distribution.bounds().get(i)
                            : Double.POSITIVE_INFINITY;
            buckets.add(new ClassicHistogramBucket(bound, distribution.counts().get(i)));
        }
        if (buckets.isEmpty()) {
            buckets.add(new ClassicHistogramBucket(Double.POSITIVE_INFINITY, 0));
        }
        return ClassicHistogramBuckets.of(
                buckets.stream().map(ClassicHistogramBucket::getUpperBound).toList(),
                buckets.stream().map(ClassicHistogramBucket::getCount).toList());
    }
}
